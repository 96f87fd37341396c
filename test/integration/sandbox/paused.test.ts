import type Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '../../../sandbox/index.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, withLease } from '../docker-fixture.js';

let test: TestSandbox;
beforeEach(async () => {
  test = await openTestSandbox();
});
afterEach(() => test.close());

/** The second way stops the runner alone: the program goes on, and nobody ends it. */
const ways = [
  {
    way: 'docker pause',
    stop: (container: Docker.Container) => container.pause(),
    goOn: (container: Docker.Container) => container.unpause(),
  },
  {
    way: 'docker kill -s STOP',
    stop: (container: Docker.Container) => container.kill({ signal: 'SIGSTOP' }),
    goOn: (container: Docker.Container) => container.kill({ signal: 'SIGCONT' }),
  },
];

describe.each(ways)('a container that someone makes stand still by $way', ({ stop, goOn }) => {
  it('is lost to its program long before the longest time is over, and another one takes its place', async () => {
    await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      const limits = { timeMs: 3_000_000, wallMs: 3_000_000 };
      const outcome = run(container, ['sleep', '3000'], { limits }).catch((error: unknown) => error);
      await stop(test.docker.getContainer(containerId));
      const error = await outcome;
      expect(error).toBeInstanceOf(LeaseLostError);
      expect(String(error)).toMatch(/stood still.*docker pause.*docker kill/);
    });
    await withLease(test.sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
  });

  it('says of no program that it took too long: it may have stood still', async () => {
    await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      const paused = test.docker.getContainer(containerId);
      await stop(paused);
      await goOn(paused);
      expect(await run(container, ['true'])).toMatchObject({ end: 'exited' });
      const late = run(container, ['sleep', '60'], { limits: { timeMs: 100 } });
      await expect(late).rejects.toThrow(/stood still.*docker pause.*docker kill/);
    });
  });
});
