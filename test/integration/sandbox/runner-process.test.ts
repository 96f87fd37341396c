import type Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtRunner } from '../../../sandbox/runner-process.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, withLease } from '../docker-fixture.js';

let test: TestSandbox;
beforeEach(async () => {
  test = await openTestSandbox();
});
afterEach(() => test.close());

describe.each([
  { where: 'among the processes of this host', processes: '/proc' },
  { where: 'by the engine, as from another machine or a container', processes: '/nowhere' },
])('what a runner does is seen $where', ({ processes }) => {
  const look = async (container: Docker.Container) =>
    lookAtRunner(container, (await container.inspect()).State.Pid, processes);

  it('when it waits, runs a program, and is stopped by a signal', async () => {
    await withLease(test.sandbox, async (leased, _leaseId, containerId) => {
      const container = test.docker.getContainer(containerId);
      await expect.poll(() => look(container)).toEqual({ state: 'S', hasChildren: false });
      const running = run(leased, ['sleep', '1']);
      await expect.poll(() => look(container)).toMatchObject({ hasChildren: true });
      expect(await running).toMatchObject({ exitCode: 0 });
      await container.kill({ signal: 'SIGSTOP' });
      await expect.poll(() => look(container)).toMatchObject({ state: 'T' });
      await container.kill({ signal: 'SIGCONT' });
    });
  });
});
