import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { InnerWorker } from './worker-group.js';
import { groupWorkers, WorkerFailedError } from './worker-group.js';

type State = ReturnType<InnerWorker['getState']>;

/** A worker of the SDK whose `run` settles only when told. */
function fakeWorker() {
  let state: State = 'INITIALIZED';
  let settle = { resolve: () => {}, reject: (_error: unknown) => {} };
  return {
    run: () => {
      state = 'RUNNING';
      return new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
    getState: () => state,
    shutdown: vi.fn(() => {
      state = 'STOPPING';
    }),
    become(next: State, settling?: 'resolves' | Error) {
      state = next;
      if (settling === 'resolves') settle.resolve();
      else if (settling !== undefined) settle.reject(settling);
    },
  };
}

const queues = ['grading', 'grading-sandbox', 'grading-host-a'] as const;

function group() {
  const workers = queues.map(fakeWorker);
  const made = groupWorkers(new Map(queues.map((queue, at) => [queue, workers[at] as never])), 500);
  const outcome = made.run().then(
    () => 'ended',
    (error: unknown) => error,
  );
  return { workers, made, outcome };
}

describe.concurrent.each(queues.map((queue, at) => ({ queue, at })))(
  'a failure of the worker of $queue',
  ({ queue, at }) => {
    test('ends the group although its run never settles, and stops the others', async () => {
      const { workers, made, outcome } = group();
      workers[at]?.become('FAILED');
      expect(made.isReady()).toBe(false);
      expect(made.failed()).toEqual([queue]);
      const error = await outcome;
      expect(error).toBeInstanceOf(WorkerFailedError);
      expect(String(error)).toContain(`The Temporal worker of ${queue} has failed`);
      for (const [other, worker] of workers.entries()) {
        expect(worker.shutdown).toHaveBeenCalledTimes(other === at ? 0 : 1);
      }
      expect(made.isEnded()).toBe(false);
    });

    test('keeps its cause where the run rejects', async () => {
      const { workers, made, outcome } = group();
      const cause = new Error('permission denied');
      workers[at]?.become('FAILED', cause);
      for (const worker of workers) worker.become('STOPPED', 'resolves');
      expect(await outcome).toMatchObject({ cause });
      expect(made.isEnded()).toBe(true);
    });

    test('is noticed, too, where it ends without being asked', async () => {
      const { workers, outcome } = group();
      workers[at]?.become('STOPPED', 'resolves');
      expect(await outcome).toBeInstanceOf(WorkerFailedError);
    });
  },
);

test('a stop that all obey ends the group', async () => {
  const { workers, made, outcome } = group();
  made.stop();
  for (const worker of workers) worker.become('STOPPED', 'resolves');
  expect(await outcome).toBe('ended');
  expect(made.isEnded()).toBe(true);
});

test('a worker that does not end when it is stopped keeps nobody waiting for ever', async () => {
  const { workers, made, outcome } = group();
  made.stop();
  workers[0]?.become('STOPPED', 'resolves');
  expect(await outcome).toBe('ended');
  expect(made.isEnded()).toBe(false);
});

test('one that is stopped before the others is no failure', async () => {
  const { workers, made, outcome } = group();
  made.stop('grading-sandbox');
  workers[1]?.become('STOPPED', 'resolves');
  await sleep(1_500);
  expect(made.failed()).toEqual([]);
  made.stop();
  for (const worker of workers) worker.become('STOPPED', 'resolves');
  expect(await outcome).toBe('ended');
});
