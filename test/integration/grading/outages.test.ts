import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import getPort from 'get-port';
import { afterEach, describe, expect, it } from 'vitest';
import { connectDocker, dockerAddress } from '../../../sandbox/docker.js';
import { startTcpProxy } from '../tcp-proxy.js';
import type { TestStack } from './stack-fixture.js';
import {
  createTestStack,
  required,
  slowSum,
  sumProblem,
  sumSource,
  until,
  untilGraded,
} from './stack-fixture.js';

let stack: TestStack;
afterEach(() => stack?.stop());

describe('when something of ours or of the platform is down', () => {
  it('delivers the verdict after the worker was killed in the middle of a grading', async () => {
    stack = await createTestStack();
    await stack.start('backend');
    const hostId = `a${randomUUID().slice(0, 6)}`;
    const [first] = await Promise.all([stack.start('worker', { HOST_ID: hostId }), stack.start('bridge')]);
    const id = await stack.backend.submit({
      problem_id: await stack.backend.createProblem({ ...sumProblem, time_limit_ms: 10_000 }),
      language: 'cpp',
      source_code: slowSum,
    });
    await until(
      'a container of the first worker runs the program',
      async () => (await busyContainers(hostId)) > 0,
    );
    first.kill('SIGKILL');
    await first.exited;
    await stack.start('worker', { HOST_ID: `b${randomUUID().slice(0, 6)}` });
    const state = await untilGraded(stack, id);
    expect(state.status).toBe('Accepted');
    expect(state.results).toHaveLength(3);
  });

  it('leaves no container within 15 s of SIGTERM', async () => {
    const hostId = `c${randomUUID().slice(0, 6)}`;
    stack = await createTestStack({ HOST_ID: hostId });
    const worker = await stack.start('worker');
    expect((await containersOf(hostId)).length).toBeGreaterThan(0);
    const startedAt = Date.now();
    worker.kill('SIGTERM');
    await worker.exited;
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect(await containersOf(hostId)).toEqual([]);
  });

  it('delivers the verdict once a backend that was down during the whole grading is back', async () => {
    stack = await createTestStack();
    const backend = await stack.start('backend');
    const id = await stack.backend.submit({
      problem_id: await stack.backend.createProblem(sumProblem),
      language: 'cpp',
      source_code: sumSource,
    });
    await backend.stop();
    await Promise.all([stack.start('worker'), stack.start('bridge')]);
    await until('the grading has reached the backend in vain', async () =>
      (await readLog(stack, 'worker')).includes('notify'),
    );
    await stack.start('backend');
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
  });

  it('keeps messages on the broker while Temporal cannot be reached', async () => {
    stack = await createTestStack();
    await stack.start('backend');
    const nowhere = `127.0.0.1:${await getPort()}`;
    const bridge = await stack.launch('bridge', { TEMPORAL_ADDRESS: nowhere });
    const id = await stack.backend.submit({
      problem_id: await stack.backend.createProblem(sumProblem),
      language: 'cpp',
      source_code: sumSource,
    });
    await until('the bridge says that Temporal is missing', async () =>
      (await readLog(stack, 'bridge')).includes(nowhere),
    );
    expect((await stack.backend.read(id)).status).toBe('Pending');
    await bridge.stop();
    await Promise.all([stack.start('worker'), stack.start('bridge')]);
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
  });

  it.each([
    ['Docker is down', { DOCKER_HOST: 'unix:///run/no-such-engine.sock' }, 'no-such-engine.sock'],
    ['the sandbox image is missing', { DOCKER_IMAGE: 'no-such-sandbox-image' }, 'no-such-sandbox-image'],
  ])(
    'waits with the cause in the log while %s, and grades once it is mended',
    async (_what, broken, named) => {
      stack = await createTestStack();
      await Promise.all([stack.start('backend'), stack.start('bridge')]);
      const worker = await stack.launch('worker', broken);
      const id = await stack.backend.submit({
        problem_id: await stack.backend.createProblem(sumProblem),
        language: 'cpp',
        source_code: sumSource,
      });
      await until('the worker says what is wrong', async () => {
        const log = await readLog(stack, 'worker');
        return log.includes('Failed to get container from pool') && log.includes(named);
      });
      expect((await stack.backend.read(id)).status).toBe('Pending');
      await worker.stop();
      expect(await worker.exited).toBe(0);
      await stack.start('worker');
      expect((await untilGraded(stack, id)).status).toBe('Accepted');
    },
  );

  it('starts while the database is down, and grades once it is up', async () => {
    stack = await createTestStack();
    const proxy = await startTcpProxy(stack.places.databaseUrl);
    await proxy.down();
    try {
      await stack.start('backend');
      const id = await stack.backend.submit({
        problem_id: await stack.backend.createProblem(sumProblem),
        language: 'cpp',
        source_code: sumSource,
      });
      const settings = { DATABASE_URL: proxy.address };
      // A bridge is ready once the database tells submissions from ids that nobody has.
      const bridge = stack.start('bridge', settings);
      bridge.catch(() => undefined);
      await stack.start('worker', settings);
      await until('the bridge says what is wrong', async () =>
        (await readLog(stack, 'bridge')).includes('Failed to connect to database'),
      );
      await proxy.up();
      await bridge;
      expect((await untilGraded(stack, id)).status).toBe('Accepted');
    } finally {
      await stack.stop();
      await proxy.down();
    }
  });
});

function docker(): Docker {
  return connectDocker(dockerAddress(required('GRADER_TEST_DOCKER_HOST')));
}

async function containersOf(hostId: string): Promise<string[]> {
  const all = await docker().listContainers({ all: true });
  return all.filter((each) => JSON.stringify(each.Labels).includes(hostId)).map((each) => each.Id);
}

/** Containers of a worker in which more than the runner lives. */
async function busyContainers(hostId: string): Promise<number> {
  const all = await containersOf(hostId);
  const tops = await Promise.all(
    all.map((id) =>
      docker()
        .getContainer(id)
        .top()
        .catch(() => ({ Processes: [] })),
    ),
  );
  return tops.filter((top) => JSON.stringify(top.Processes ?? []).includes('./main')).length;
}

async function readLog(of: TestStack, member: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(`${of.places.logDirectory}/${member}.log`, 'utf8').catch(() => '');
}
