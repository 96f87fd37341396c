import { once } from 'node:events';
import { ApplicationFailure, DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { ControlConflictError } from '../domain/cutover/control-conflict-error.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { DatabaseUnreachableError } from '../domain/grading/step-error.js';
import { BackendError } from '../platform/backend/backend-error.js';
import { ResultRefusedError, WriteFailedError } from '../platform/postgres/failed-write.js';
import {
  HostStarvedError,
  LeaseLostError,
  RunnerFailedError,
  RunnerRefusedError,
  SandboxUnavailableError,
} from '../sandbox/errors.js';
import { failure } from '../test/fakes/activity-runs.js';
import { AttemptExpiredError } from './attempt-fence.js';
import {
  OutputMissingError,
  StepDeadlineExceededError,
  SubmissionNotFoundError,
  TestCaseNotFoundError,
} from './errors.js';
import { translatingFailures } from './failure-translation.js';

type Row = readonly [make: () => Error, type: FailureType, attempt: 'retried' | 'final', details?: unknown];

/** The caller's faults. */
const callersFaults: readonly Row[] = [
  [
    () => new SubmissionNotFoundError('gone', 7, ['FailedStep']),
    FailureType.SubmissionNotFound,
    'final',
    { searchAttributes: ['FailedStep'] },
  ],
  [() => new TestCaseNotFoundError('gone'), FailureType.TestCaseNotFound, 'final'],
  [() => new ResultRefusedError(7, new Error('no such test case')), FailureType.ResultRefused, 'final'],
];

/** Ours, and there is another way than another attempt. */
const deadEnds: readonly Row[] = [
  [() => new LeaseLostError('expired'), FailureType.LeaseLost, 'final'],
  [() => new OutputMissingError([401]), FailureType.OutputMissing, 'final', { testCaseIds: [401] }],
  [() => new StepDeadlineExceededError(new Error('down')), FailureType.DeadlineExceeded, 'final'],
];

/** Ours, and retried. */
const troubles: readonly Row[] = [
  [() => new BackendError('BackendRejectedResult', 'too long', 400), FailureType.BackendRejected, 'retried'],
  [() => new BackendError('BackendUnreachable', 'refused'), FailureType.BackendRejected, 'retried'],
  [() => new DatabaseUnreachableError('refused'), FailureType.DatabaseUnreachable, 'retried'],
  [() => new WriteFailedError(7, new Error('duplicate key')), FailureType.Infrastructure, 'retried'],
  [() => new AttemptExpiredError('too late'), FailureType.Infrastructure, 'retried'],
  [() => new SandboxUnavailableError('docker is down'), FailureType.Infrastructure, 'retried'],
  [() => new RunnerFailedError('nonsense'), FailureType.Infrastructure, 'retried'],
  [() => new RunnerRefusedError('busy'), FailureType.Infrastructure, 'retried'],
  [() => new HostStarvedError(1_000, 1), FailureType.Infrastructure, 'retried'],
  [() => new ControlConflictError('set meanwhile'), FailureType.Infrastructure, 'retried'],
  [() => new Error('nobody foresaw this'), FailureType.Infrastructure, 'retried'],
];

const table = [...callersFaults, ...deadEnds, ...troubles].map(
  ([make, type, attempt, details]) => [make().constructor.name, make, type, attempt, details] as const,
);

describe('the failure an activity ends with', () => {
  it.each(table)('%s', async (_name, make, type, attempt, details) => {
    const error = make();
    expect(await translated(error)).toMatchObject({
      type,
      nonRetryable: attempt === 'final',
      message: error.message,
      details: details === undefined ? [] : [details],
      cause: error,
    });
  });

  it.each(table)('is the same for %s under another name', async (_name, make, type, attempt) => {
    const renamed = Object.defineProperty(make(), 'name', { value: 'Renamed' });
    expect(await translated(renamed)).toMatchObject({ type, nonRetryable: attempt === 'final' });
  });

  it.each(table)('is not decided by the mere name of %s', async (name) => {
    const impostor = Object.defineProperty(new Error('of another library'), 'name', { value: name });
    expect(await translated(impostor)).toMatchObject({
      type: FailureType.Infrastructure,
      nonRetryable: false,
    });
  });

  it('has each type that an activity can end with', () => {
    // The workflow itself finds that a submission is ungradable.
    const ofActivities = Object.values(FailureType).filter((type) => type !== FailureType.Ungradable);
    expect(new Set(table.map(([, , type]) => type))).toEqual(new Set(ofActivities));
  });

  it('is passed on where it is one already', async () => {
    const made = ApplicationFailure.create({ type: 'Made', nonRetryable: true });
    expect(await translated(made)).toBe(made);
  });

  it('says what was thrown where that is no error', async () => {
    expect(await translated('a text')).toMatchObject({ type: 'Infrastructure', message: 'a text' });
  });
});

function translated(thrown: unknown): Promise<ApplicationFailure> {
  const activity = translatingFailures(() => Promise.reject(thrown));
  return failure(new MockActivityEnvironment({ activityType: 'loadSubmission' }).run(activity, undefined));
}

it.each([
  ['a long message', new Error('x'.repeat(100_000))],
  ['a long message of wide characters', new Error('€'.repeat(100_000))],
  ['a long name', Object.assign(new Error('no'), { name: 'N'.repeat(100_000) })],
  ['many causes', nested(200)],
  ['a deep stack', recursing(50)],
])('an error with %s becomes a failure that the server keeps and shows', async (_what, error) => {
  const { message, cause, stack } = await failing(error);
  const kept = [message, stack, cause?.message, cause?.name, cause?.stack].join('');
  expect(Buffer.byteLength(kept)).toBeLessThan(3_700);
  expect(message.slice(0, 10)).toBe(error.message.slice(0, 10));
});

it.each([
  ['a time-out', () => AbortSignal.timeout(0)],
  ['an abort', () => AbortSignal.abort()],
])(
  '%s below an error becomes a failure that the SDK can send: else it ends the whole worker',
  async (_what, begin) => {
    const signal = begin();
    if (!signal.aborted) await once(signal, 'abort');
    const cause: unknown = signal.reason;
    for (const error of [
      new BackendError('BackendUnreachable', 'no answer', undefined, { cause }),
      new Error('around', { cause }),
      cause as Error,
    ]) {
      const sent = new DefaultFailureConverter().errorToFailure(
        await failing(error),
        defaultPayloadConverter,
      );
      expect(JSON.stringify(sent)).toContain((cause as Error).message);
    }
  },
);

function nested(depth: number): Error {
  return new Error(`at depth ${depth}`, depth === 0 ? {} : { cause: nested(depth - 1) });
}

function recursing(depth: number): Error {
  return depth === 0 ? new Error('deep') : recursing(depth - 1);
}

describe('a service that asks to be left alone', () => {
  it.each([
    [1, 7_000, 7_000],
    // Not more attempts than the own backoff makes at first.
    [1, 0, 1_000],
    [4, 1_000, 8_000],
    // But back within half a minute, if it says so.
    [12, 1_000, 30_000],
    // A verdict is not a day late.
    [1, 86_400_000, 300_000],
  ])(
    'gets attempt %i after %i ms no sooner than it wants, within bounds',
    async (attempt, retryAfterMs, ms) => {
      const error = new BackendError('BackendUnavailable', 'busy', 503, { retryAfterMs });
      const { nextRetryDelay } = await failing(error, attempt);
      expect(nextRetryDelay).toBeGreaterThanOrEqual(ms);
      expect(nextRetryDelay).toBeLessThanOrEqual(Math.min(300_000, 1.2 * ms));
    },
  );

  it('is the only one that does', async () => {
    expect((await failing(new Error('no'))).nextRetryDelay).toBeUndefined();
  });
});

function failing(error: Error, attempt = 1): Promise<ApplicationFailure> {
  const activity = translatingFailures(async () => {
    throw error;
  });
  return failure(new MockActivityEnvironment({ attempt }).run(activity, undefined));
}
