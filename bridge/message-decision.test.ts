import { describe, expect, test } from 'vitest';
import type { BridgeMode, BridgeSetting } from '../domain/cutover/bridge-control.js';
import { bridgeModes } from '../domain/cutover/bridge-control.js';
import { fakeControlStore } from '../test/fakes/fake-control-store.js';
import { Grader } from './grader.js';
import { MessageDecision } from './message-decision.js';
import { OpenCalls } from './open-calls.js';
import { Router } from './router.js';
import type { SubmissionLookup } from './submission-lookup.js';
import { DatabaseSilentError } from './submission-lookup.js';

const header = { classId: 1, isTest: false, problemTitle: 'A + B', language: 'cpp' };

/** A decision on real grader and router, over a starter that only notes what it was asked to start. */
function createStage(setting: Partial<BridgeSetting>) {
  const control = fakeControlStore();
  let now = control.order(setting);
  const started: number[] = [];
  const stage = {
    started,
    order(next: Partial<BridgeSetting>) {
      now = control.order(next);
    },
    isFull: false,
    failOpenMs: undefined as number | undefined,
    databaseFailOpenMs: undefined as number | undefined,
    start: async (): Promise<'started'> => 'started',
    find: (async () => header) as SubmissionLookup['find'],
    closing: new AbortController(),
    decide: (body: string) => decision.decide(Buffer.from(body)),
    /** Whose grading runs, so that it can be joined. */
    running: new Set<number>(),
  };
  const starter = {
    joinRunning: async (submissionId: number) => stage.running.has(submissionId),
    async startGrading({ submissionId }: { submissionId: number }) {
      const as = await stage.start();
      started.push(submissionId);
      return as;
    },
  };
  const watcher = { current: () => now, failOpenMs: () => stage.failOpenMs };
  const grader = new Grader(starter, { find: (submissionId) => stage.find(submissionId) });
  const { signal: closing } = stage.closing;
  const router = new Router({
    control: watcher,
    databaseFailOpenMs: () => stage.databaseFailOpenMs,
    grader,
    starter,
    closing,
    openCalls: new OpenCalls(),
  });
  const backlog = { mayStart: () => !stage.isFull };
  const decision = new MessageDecision(watcher, grader, router, backlog);
  return stage;
}

const message = '{"submission_id": 17}';
const all = 10_000;

describe('a message', () => {
  test.each([message, 'not json'])(
    'that comes while the mode is off goes back as it is: %s',
    async (body) => {
      const stage = createStage({ mode: 'off', share: all });
      expect(await stage.decide(body)).toEqual({ kind: 'give-back' });
      expect(stage.started).toEqual([]);
    },
  );

  test.each(['equal', 'router'] as const)(
    'shares its start with the others for its submission that are here with it, in mode %s',
    async (mode) => {
      const stage = createStage({ mode, share: all });
      const first = stage.decide(message);
      const others = Array.from({ length: 14 }, () => stage.decide(message));
      const another = stage.decide('{"submission_id": 18}');
      for (const outcome of await Promise.all([first, ...others])) {
        expect(outcome).toEqual({ kind: 'ack', as: 'started', submissionId: 17 });
      }
      await another;
      expect(stage.started.toSorted((a, b) => a - b)).toEqual([17, 17, 18]);
    },
  );

  test('goes back where the backlog is full, unless it is routed', async () => {
    const stage = createStage({ mode: 'equal' });
    stage.isFull = true;
    expect(await stage.decide(message)).toEqual({ kind: 'give-back' });
    stage.order({ mode: 'router', share: all });
    expect(await stage.decide(message)).toMatchObject({ kind: 'ack' });
    expect(stage.started).toEqual([17]);
  });

  test.each(bridgeModes.filter((mode) => mode !== 'off'))('is graded in mode %s', async (mode) => {
    const stage = createStage({ mode, share: all });
    expect(await stage.decide(message)).toEqual({ kind: 'ack', as: 'started', submissionId: 17 });
    expect(await stage.decide('not json')).toMatchObject({ kind: 'quarantine', reason: 'not-json' });
  });

  test.each<[BridgeMode, BridgeMode, string]>([
    ['equal', 'off', 'give-back'],
    ['router', 'off', 'give-back'],
    ['equal', 'router', 'forward'],
    ['router', 'router', 'forward'],
    ['router', 'equal', 'ack'],
    ['paced', 'standby', 'ack'],
  ])(
    'looked up in mode %s is decided anew when the mode is %s before its start: %s',
    async (before, after, kind) => {
      const stage = createStage({ mode: before, share: all });
      stage.find = async () => {
        stage.order({ mode: after, share: 0 });
        return header;
      };
      expect(await stage.decide(message)).toMatchObject({ kind });
      expect(stage.started).toEqual(kind === 'ack' ? [17] : []);
    },
  );

  test('of the router whose start fails is tried again under the setting that holds then', async () => {
    const stage = createStage({ mode: 'router', share: all });
    stage.start = async () => {
      stage.order({ mode: 'off', share: all });
      throw new Error('Temporal is down');
    };
    expect(await stage.decide(message)).toEqual({ kind: 'give-back' });
  });

  test('of the router whose start fails is forwarded once Temporal has been silent for long', async () => {
    const stage = createStage({ mode: 'router', share: all });
    stage.start = async () => {
      stage.failOpenMs = 5_000;
      throw new Error('Temporal is down');
    };
    expect(await stage.decide(message)).toEqual({ kind: 'forward', why: 'fail-open', submissionId: 17 });
  });

  test('whose start fails is held by a bridge that competes, and by a router that closes', async () => {
    const cause = new Error('Temporal is down');
    const stage = createStage({ mode: 'equal' });
    stage.start = () => Promise.reject(cause);
    expect(await stage.decide(message)).toEqual({ kind: 'hold', cause });
    stage.order({ mode: 'router', share: all });
    stage.closing.abort();
    expect(await stage.decide(message)).toEqual({ kind: 'hold', cause });
  });

  test('that the database says nothing of is held by a bridge that competes, and never started', async () => {
    const cause = new DatabaseSilentError(new Error('too many connections'));
    const stage = createStage({ mode: 'equal' });
    stage.find = () => Promise.reject(cause);
    expect(await stage.decide(message)).toEqual({ kind: 'hold', cause });
    expect(stage.started).toEqual([]);
  });

  test('that the database says nothing of is forwarded by a router in time, unless its grading runs here', async () => {
    const stage = createStage({ mode: 'router', share: all });
    stage.find = () => {
      stage.databaseFailOpenMs = 5_000;
      return Promise.reject(new DatabaseSilentError(new Error('too many connections')));
    };
    expect(await stage.decide(message)).toEqual({ kind: 'forward', why: 'fail-open', submissionId: 17 });
    stage.running.add(17);
    expect(await stage.decide(message)).toEqual({ kind: 'ack', as: 'joined', submissionId: 17 });
    expect(stage.started).toEqual([]);
  });

  test('whose grading runs here stays here, whatever the share is now', async () => {
    const stage = createStage({ mode: 'router', share: 0 });
    stage.running.add(17);
    expect(await stage.decide(message)).toEqual({ kind: 'ack', as: 'joined', submissionId: 17 });
    stage.running.clear();
    expect(await stage.decide(message)).toEqual({ kind: 'forward', why: 'share', submissionId: 17 });
  });
});
