/**
 * Theory of operation. A run has services of its own, a relay before each, a backend that fails on command, a bridge and
 * two workers under supervision. Two things then go on side by side: submissions (and bad messages) are handed in at
 * their planned times, each until it is accepted, some of them again after their test was changed; and faults are
 * inflicted at theirs, each once a grading runs that it can meet. After the last of both everything is mended and the
 * queue runs dry. Then everything is stopped, and the ledger is drawn from the database, the log of the backend, the
 * broker, the server and the engine, none of which trusts what the workers say of themselves.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../devstack/project-root.js';
import type { GradingStack } from '../../devstack/stack/grading-stack.js';
import { createGradingStack } from '../../devstack/stack/grading-stack.js';
import { ensureDatabase } from '../../devstack/stack/platform-database.js';
import { errorText } from '../../domain/errors/error-text.js';
import { applySchema } from '../../reference-backend/apply-schema.js';
import { createWorkerRole } from './database-role.js';
import type { EffectReport } from './effects.js';
import { reportEffects } from './effects.js';
import { closedWorkflows, drawLedger, listContainers, untilFinal } from './facts.js';
import type { Abilities, World } from './fault.js';
import { chosenKinds, faultKind } from './faults/index.js';
import { startFaultyBackend } from './faulty-backend.js';
import type { Ledger } from './ledger.js';
import { findFakeTime, mayMount, startMembers } from './members.js';
import { startNetworks } from './networks.js';
import type { Observer } from './observer.js';
import { startObserver } from './observer.js';
import { createOperator } from './operator.js';
import type { ChaosProgram, ProgramName } from './programs.js';
import { createProblems, programs } from './programs.js';
import { publishUntilConfirmed } from './publish.js';
import type { Regraded } from './regrades.js';
import { submitAndAskAgain } from './regrades.js';
import type { PlannedFault, Schedule, ScheduleOptions } from './schedule.js';
import { describeFault, planChaos, renderSchedule } from './schedule.js';
import type { ChaosServices } from './services.js';
import { startChaosServices } from './services.js';
import { submitUntilAccepted } from './submit.js';
import type { Inflicted, Timeline } from './timeline.js';
import { createTimeline } from './timeline.js';

export interface ChaosOptions extends Omit<ScheduleOptions, 'kinds'> {
  /** Families and kinds of faults; all where it is empty. */
  readonly only: readonly string[];
  readonly say: (line: string) => void;
  /** After the last fault, for the queue to run dry. */
  readonly drainMs: number;
}

export interface ChaosResult {
  readonly ledger: Ledger;
  readonly effects: EffectReport;
}

/** @throws when the run itself breaks; a ledger that does not balance is a result. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const services = await startChaosServices();
  try {
    return await runOn(services, options);
  } finally {
    await services.stop();
  }
}

async function runOn(services: ChaosServices, options: ChaosOptions): Promise<ChaosResult> {
  const { say } = options;
  const fakeTime = findFakeTime();
  const abilities: Abilities = {
    'an engine of its own': services.ownsDocker,
    'root, to mount': mayMount(),
    libfaketime: fakeTime !== undefined,
  };
  const { kinds, leftOut } = chosenKinds(abilities, options.only);
  for (const { kind, needs } of leftOut) say(`left out, as it needs ${needs}: ${kind}`);
  const schedule = planChaos({ ...options, kinds });
  say(renderSchedule(schedule));
  const hasKind = (family: string) => kinds.some((kind) => kind.family === family);

  const stack = await openStack(services);
  const { places } = stack;
  say(`logs: ${places.logDirectory}`);
  await stack.start('backend');
  const timeline = createTimeline();
  const backend = await startFaultyBackend(stack.backendUrl, ({ id }) => timeline.told(id));
  const role = await createWorkerRole(places.databaseUrl);
  const networks = await startNetworks(places, role.url, backend.url);
  const members = await startMembers(stack, {
    environment: networks.environment,
    mountsDisks: hasKind('disk'),
    fakeTime: hasKind('clock') ? fakeTime : undefined,
  });
  const observer = startObserver(places, timeline);
  const publishedAgain = new Set<number>();
  const operator = createOperator(stack, say, publishedAgain);
  const containers = () => listContainers(places);
  const world: World = {
    ...{ places, services, members, backend, networks, operator, containers },
    databaseRole: role.name,
  };
  try {
    // A fault that meets a worker which still makes its image has met no grading.
    await members.ready();
    const startedAt = Date.now();
    const clock: Clock = {
      at: (ms) => sleep(Math.max(0, startedAt + ms - Date.now())),
      say: (line) => say(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(8)} s  ${line}`),
    };
    const accepted = new Map<number, ProgramName>();
    const submit = await createSubmit(stack.backendUrl, accepted, timeline);
    const [planned, inflicted] = await Promise.all([
      handIn(schedule, stack, { submit, timeline, clock, publishedAgain }),
      inflictAll(schedule.faults, { world, observer, clock, submit }),
    ]);
    const handedIn: HandedIn = { ...planned, accepted };
    const ids = [...accepted.keys(), ...planned.regraded.map(({ id }) => id)];
    clock.say(`everything is mended; ${ids.length} submissions are accepted`);
    const sweeping = setInterval(() => void operator.sweepIfNeeded(), 30_000);
    const waitedFor = await untilFinal(places.databaseUrl, ids, options.drainMs);
    let workflows = await closedWorkflows(places, options.drainMs);
    clearInterval(sweeping);
    // What has a verdict, and nobody was told of it, shows only now.
    if (await operator.sweepIfNeeded()) workflows = await closedWorkflows(places, options.drainMs);
    clock.say(waitedFor === 0 ? 'all verdicts are in' : `${waitedFor} without a verdict`);
    await observer.stop();
    await members.stop();
    const ledger = await drawLedger(places, {
      ...handedIn,
      deliveries: backend.deliveries,
      workflows,
      crashes: [...members.unasked.values()].reduce((sum, count) => sum + count, 0),
    });
    return { ledger, effects: reportEffects(timeline.effects(inflicted)) };
  } finally {
    await observer.stop();
    await members.stop();
    await networks.close();
    await backend.close();
  }
}

async function openStack(services: ChaosServices): Promise<GradingStack> {
  const name = `chaos-${randomUUID().slice(0, 8)}`;
  const databaseUrl = await ensureDatabase(services.addresses.databaseUrl, name.replace('-', '_'));
  await applySchema(databaseUrl);
  return createGradingStack({
    ...services.addresses,
    databaseUrl,
    queue: name,
    namespace: name,
    logDirectory: join(projectRoot, '.local', 'log', name),
    settings: { CONTAINER_POOL_SIZE: '2', LOG_LEVEL: 'info' },
  });
}

interface Clock {
  /** Resolves so long after the begin. */
  readonly at: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
}

interface HandedIn {
  readonly accepted: ReadonlyMap<number, ProgramName>;
  readonly regraded: readonly Regraded[];
  readonly badMessages: readonly string[];
}

/** Hands in one program until it is accepted. */
type Submit = (program: ProgramName, mark: number) => Promise<void>;

async function createSubmit(
  backendUrl: string,
  accepted: Map<number, ProgramName>,
  timeline: Timeline,
): Promise<Submit> {
  const problemIds = await createProblems(backendUrl);
  return async (program, mark) => {
    const { problem, language, source }: ChaosProgram = programs[program];
    const id = await submitUntilAccepted(backendUrl, {
      problem_id: problemIds[problem],
      language,
      source_code: source(mark),
    });
    accepted.set(id, program);
    timeline.accepted(id);
  };
}

interface HandingIn {
  readonly submit: Submit;
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly publishedAgain: Set<number>;
}

async function handIn(
  schedule: Schedule,
  { backendUrl, places }: GradingStack,
  { submit, timeline, clock: { at }, publishedAgain }: HandingIn,
): Promise<Omit<HandedIn, 'accepted'>> {
  const badMessages: string[] = [];
  const onAccepted = (id: number): void => {
    timeline.accepted(id);
    publishedAgain.add(id);
  };
  const [regraded] = await Promise.all([
    Promise.all(
      schedule.regrades.map(async (planned, mark) => {
        await at(planned.atMs);
        return submitAndAskAgain(planned, mark, { backendUrl, databaseUrl: places.databaseUrl, onAccepted });
      }),
    ),
    Promise.all(
      schedule.submissions.map(async ({ atMs, program }, mark) => {
        await at(atMs);
        await submit(program, mark);
      }),
    ),
    Promise.all(
      schedule.badMessages.map(async ({ atMs, body }) => {
        await at(atMs);
        await publishUntilConfirmed(places.amqpUrl, places.queue, body);
        badMessages.push(body);
      }),
    ),
  ]);
  return { regraded, badMessages };
}

interface Stage {
  readonly world: World;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly submit: Submit;
}

/** How long a fault waits for a grading to meet; then it gets one more submission, and waits once more. */
const patienceMs = 2_000;
const lastPatienceMs = 15_000;
/** Far from the marks of the schedule. */
const firstExtraMark = 1_000_000;

/** @returns the faults that came about, with the times they really had. */
async function inflictAll(planned: readonly PlannedFault[], stage: Stage): Promise<readonly Inflicted[]> {
  const inflicted: Inflicted[] = [];
  // Those of one target take turns, also where one came late.
  const turns = new Map<string, Promise<void>>();
  await Promise.all(
    planned.map(async (one) => {
      const { target } = faultKind(one.fault.kind);
      const before = turns.get(target);
      const turn = (async () => {
        await stage.clock.at(one.atMs);
        await before;
        inflicted.push(await inflict(one, stage));
      })();
      turns.set(target, turn);
      await turn;
    }),
  );
  return inflicted;
}

async function inflict(
  { fault, atMs }: PlannedFault,
  { world, observer, clock, submit }: Stage,
): Promise<Inflicted> {
  const kind = faultKind(fault.kind);
  let extra: Promise<void> | undefined;
  if (!(await observer.untilRunning(patienceMs))) {
    extra = submit('python-slow', firstExtraMark + atMs);
    await observer.untilRunning(lastPatienceMs);
  }
  const mend = await kind.inject(world, fault.how);
  const from = Date.now();
  clock.say(describeFault(fault));
  await sleep(fault.forMs);
  await persistently(async () => mend());
  const to = Date.now();
  await kind.aftermath?.(world);
  await extra;
  return { kind: fault.kind, from, to };
}

/** Another fault may keep one from being mended, and on a busy host a service starts late: one try takes minutes. */
async function persistently(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`A fault could not be mended: ${errorText(error)}`);
      await sleep(500);
    }
  }
}
