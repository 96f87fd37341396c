import { afterEach, describe, expect, it } from 'vitest';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, text, withLease } from '../docker-fixture.js';

describe('the Docker runtime of the sandboxes', () => {
  let test: TestSandbox | undefined;
  afterEach(() => test?.close());

  it('is the one that is named', async () => {
    // Every engine has it, and it is most engines' own: so it is only seen where it was asked for.
    test = await openTestSandbox({ runtime: 'runc' });
    const { sandbox, docker } = test;
    await withLease(sandbox, async (container, _leaseId, containerId) => {
      const { HostConfig } = await docker.getContainer(containerId).inspect();
      expect(HostConfig.Runtime).toBe('runc');
      expect(text((await run(container, ['echo', 'works'])).stdout)).toBe('works\n');
    });
  });

  it('is reported as missing, with the cause and the command, and the grading waits', async () => {
    test = await openTestSandbox({ runtime: 'no-such-runtime' });
    const { sandbox, logged } = test;
    const signal = AbortSignal.timeout(8000);
    await expect(sandbox.acquire({ submissionId: 1, signal })).rejects.toThrow('has no such runtime');
    expect(signal.aborted).toBe(true);
    expect(sandbox.tryReserve()).toBeUndefined();
    const errors = logged.filter((line) => line.level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(
      /^Failed to get container from pool: Docker at .* has no such runtime as SANDBOX_RUNTIME names: .*no-such-runtime.*docker info --format.*unset SANDBOX_RUNTIME/s,
    );
    expect(sandbox.stats().unavailableReason).toBe(errors[0]?.message);
    expect(await test.containers()).toEqual([]);
  });
});
