import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { createCutoverActivities } from '../activities/cutover.js';
import type { CutoverPlan, CutoverStep } from '../domain/cutover/cutover-plan.js';
import type {
  CutoverInput,
  CutoverOrder,
  CutoverPhase,
  CutoverStatus,
  CutoverVerb,
} from '../domain/cutover/cutover-run.js';
import { cutoverStatusQuery, cutoverType } from '../domain/cutover/cutover-run.js';
import { gradingQueue } from '../domain/grading/grading-workflow.js';
import type { cutover } from '../workflows/cutover.js';
import { fakeActivities } from './fakes/fake-activities.js';
import type { FakeCutover } from './fakes/fake-cutover.js';
import { fakeCutover } from './fakes/fake-cutover.js';
import type { GradingEnvironment } from './grading-environment.js';
import { eventually } from './integration/eventually.js';

type RecordedHistory = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type Scenario = (environment: GradingEnvironment, platform: FakeCutover) => Promise<RecordedHistory>;

/** By file name: together they take every turn a cutover can take. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'cutover-completed': completed,
  'cutover-resumed': resumed,
  'cutover-rolled-back': rolledBack,
  'cutover-aborted': aborted,
  'cutover-aborted-past-it': abortedPastIt,
  'cutover-continued': continued,
};

export const cutoverHistories: readonly string[] = Object.keys(scenarios);

export async function recordCutoverHistory(
  environment: GradingEnvironment,
  name: string,
): Promise<RecordedHistory> {
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
  const platform = fakeCutover();
  const activities = { ...fakeActivities(1).activities, ...createCutoverActivities(platform.deps) };
  return environment.withWorkers(activities, () => scenario(environment, platform));
}

const gate = { metric: 'system-error-rate', max: 0.01, minSamples: 10 } as const;
const good = { 'system-error-rate': { value: 0, samples: 12 } };
const bad = { 'system-error-rate': { value: 0.5, samples: 12 } };
const tooFew = { 'system-error-rate': { value: 0, samples: 9 } };

const step = (share: number, more: Partial<CutoverStep> = {}): CutoverStep => ({
  mode: 'router',
  share,
  holdMs: 0,
  gates: [gate],
  manual: false,
  ...more,
});

/** Passes by itself, waits for data, waits for a person, and skips the rest but the last step. */
async function completed(environment: GradingEnvironment, platform: FakeCutover): Promise<RecordedHistory> {
  platform.measured = good;
  const steps = [step(100, { holdMs: 1_500 }), step(500), step(1_000, { manual: true }), step(5_000)];
  const run = await start(environment, [...steps, step(10_000, { gates: [] })]);
  await run.reaches('holding', 0);
  platform.measured = tooFew;
  await run.reaches('waiting-for-data', 0);
  platform.measured = good;
  await run.reaches('waiting-for-promotion', 2);
  await run.order('resume');
  await run.order('promote', { full: true });
  return run.history();
}

/** Paused by a person, by what another one has set, and by a gate; an order comes while another is obeyed. */
async function resumed(environment: GradingEnvironment, platform: FakeCutover): Promise<RecordedHistory> {
  platform.measured = good;
  const steps = [step(100, { holdMs: 600_000 }), step(500, { holdMs: 600_000 }), step(10_000)];
  const run = await start(environment, steps, { onFail: 'pause' });
  await run.reaches('holding', 0);
  await run.order('pause');
  await run.order('pause');
  await run.reaches('paused', 0);
  await run.order('resume');
  await run.reaches('holding', 0);
  platform.tell({ mode: 'off', share: 0, salt: 's', by: 'bob', why: 'lunch' });
  await run.order('promote');
  await run.reaches('paused', 1);
  await run.order('resume');
  await run.reaches('holding', 1);
  platform.measured = bad;
  await run.reaches('paused', 1);
  platform.measured = good;
  await run.order('promote');
  return run.history();
}

async function rolledBack(environment: GradingEnvironment, platform: FakeCutover): Promise<RecordedHistory> {
  platform.measured = bad;
  const run = await start(environment, [step(100, { holdMs: 600_000 }), step(5_000)]);
  return run.history();
}

async function aborted(environment: GradingEnvironment, platform: FakeCutover): Promise<RecordedHistory> {
  platform.measured = good;
  const run = await start(environment, [step(100, { holdMs: 600_000 }), step(5_000)]);
  await run.reaches('holding', 0);
  await run.order('pause');
  await run.reaches('paused', 0);
  await run.order('abort');
  return run.history();
}

/** As the command does it: the bridges first, the workflow afterwards. */
async function abortedPastIt(
  environment: GradingEnvironment,
  platform: FakeCutover,
): Promise<RecordedHistory> {
  platform.measured = good;
  const run = await start(environment, [step(100, { holdMs: 600_000 }), step(5_000)]);
  await run.reaches('holding', 0);
  platform.tell({ mode: 'router', share: 0, salt: 's', by: 'bob', why: 'abort: smoke' });
  await run.order('abort');
  return run.history();
}

/** A run that goes on with what an earlier one in another history has come to. */
async function continued(environment: GradingEnvironment, platform: FakeCutover): Promise<RecordedHistory> {
  platform.measured = good;
  platform.tell({ mode: 'router', share: 100, salt: 's', by: 'alice', why: 'step 1 of 2 of plan recorded' });
  const run = await start(
    environment,
    [step(100), step(10_000)],
    {},
    {
      step: 0,
      phase: 'holding',
      stepSince: new Date(Date.now() - 60_000).toISOString(),
      version: 1,
      base: [{ id: 'a', started: 3, forwarded: 30 }],
      events: [],
    },
  );
  return run.history();
}

async function start(
  { client }: GradingEnvironment,
  steps: readonly CutoverStep[],
  more: Partial<CutoverPlan> = {},
  state?: CutoverInput['state'],
) {
  const plan: CutoverPlan = {
    name: 'recorded',
    steps,
    onFail: 'rollback',
    rollback: { mode: 'router', share: 0 },
    checkEveryMs: 500,
    ...more,
  };
  const input: CutoverInput = {
    queue: 'q',
    plan,
    salt: 's',
    by: 'alice',
    why: 'a test',
    ...(state && { state }),
  };
  const handle = await client.workflow.start<typeof cutover>(cutoverType, {
    workflowId: `cutover-${randomUUID().slice(0, 8)}`,
    taskQueue: gradingQueue,
    args: [input],
  });
  return {
    order: (verb: CutoverVerb, more: Partial<CutoverOrder> = {}) =>
      handle.signal(verb, { by: 'alice', why: 'to see', ...more }),
    reaches: (phase: CutoverPhase, at: number) =>
      eventually(async () => {
        const now = await handle.query<CutoverStatus>(cutoverStatusQuery);
        if (now.phase !== phase || now.step !== at)
          throw new Error(`The cutover is ${now.phase} at step ${now.step}, not ${phase} at ${at}.`);
      }),
    async history() {
      await handle.result();
      return handle.fetchHistory();
    },
  };
}
