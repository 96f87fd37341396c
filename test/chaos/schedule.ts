import type { ProgramName } from './programs.js';
import { programNames } from './programs.js';
import type { Random } from './random.js';
import { createRandom } from './random.js';

/** What can happen, and to whom. Times are milliseconds. */
export type Fault =
  | { readonly kind: 'kill'; readonly target: Member; readonly downMs: number }
  | { readonly kind: 'freeze'; readonly target: Member; readonly forMs: number }
  | { readonly kind: 'kill-container'; readonly target: 'container' }
  | {
      readonly kind: 'restart';
      readonly target: ChaosService;
      readonly how: 'stopped' | 'killed';
      readonly downMs: number;
    }
  | {
      readonly kind: 'backend';
      readonly target: 'backend';
      readonly mode: BackendFault;
      readonly forMs: number;
    };

export type Member = 'bridge' | 'worker-a' | 'worker-b';
export type ChaosService = 'docker' | 'rabbitmq' | 'postgres' | 'temporal';
/** `lost-answer`: the verdict is stored, and the worker never hears of it. */
export type BackendFault = 'error-500' | 'lost-answer' | 'slow' | 'refused';

export interface PlannedFault {
  readonly atMs: number;
  readonly fault: Fault;
}

export interface PlannedSubmission {
  readonly atMs: number;
  readonly program: ProgramName;
}

/** A message no grading can come of. */
export interface PlannedBadMessage {
  readonly atMs: number;
  readonly body: string;
}

export interface Schedule {
  readonly seed: number;
  readonly submissions: readonly PlannedSubmission[];
  readonly badMessages: readonly PlannedBadMessage[];
  readonly faults: readonly PlannedFault[];
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly submissions: number;
  /** From one submission to the next, on average. */
  readonly everyMs: number;
  /** From the begin of one fault to that of the next, on average. */
  readonly faultEveryMs: number;
  readonly maxFreezeMs: number;
  /** False where the engine is the machine's own: it is not ours to restart. */
  readonly restartsDocker: boolean;
}

/** Time to come up again before the same target is hit once more. */
const recoveryMs = 8_000;

/** The same options give the same schedule. */
export function planChaos(options: ScheduleOptions): Schedule {
  const random = createRandom(options.seed);
  const submissions = planSubmissions(options, random);
  const endMs = submissions.at(-1)?.atMs ?? 0;
  return {
    seed: options.seed,
    submissions,
    badMessages: planBadMessages(endMs, Math.max(2, Math.round(options.submissions / 50)), random),
    faults: planFaults(options, endMs, random),
  };
}

function planSubmissions({ submissions, everyMs }: ScheduleOptions, random: Random): PlannedSubmission[] {
  const programs = Array.from(
    { length: submissions },
    (_, index) => programNames[index % programNames.length],
  );
  let atMs = 0;
  return random.shuffled(programs).flatMap((program) => {
    atMs += random.between(0, 2 * everyMs);
    return program === undefined ? [] : [{ atMs, program }];
  });
}

function planBadMessages(endMs: number, count: number, random: Random): PlannedBadMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const mark = random.between(0, 2 ** 31);
    const body = random.pick([
      `not json ${index}-${mark}`,
      JSON.stringify({ submission: mark, index }),
      JSON.stringify({ submission_id: -1 - mark, index }),
      JSON.stringify({ submission_id: 2_000_000_000 - index, mark }),
    ]);
    return { atMs: random.between(0, endMs), body };
  }).sort((a, b) => a.atMs - b.atMs);
}

function planFaults(options: ScheduleOptions, endMs: number, random: Random): PlannedFault[] {
  const planned: PlannedFault[] = [];
  const busyUntil = new Map<string, number>();
  let deck: (() => Fault)[] = [];
  for (let atMs = 4_000; atMs < endMs; ) {
    if (deck.length === 0) deck = random.shuffled(faultDeck(options, random));
    // The first of the deck whose target has recovered; every kind has its turn before one comes again.
    for (let place = 0; place < deck.length; place += 1) {
      const fault = deck[place]?.();
      if (fault === undefined || (busyUntil.get(fault.target) ?? 0) > atMs) continue;
      deck.splice(place, 1);
      planned.push({ atMs, fault });
      busyUntil.set(fault.target, atMs + lengthOf(fault) + recoveryMs);
      break;
    }
    atMs += random.between(options.faultEveryMs / 2, options.faultEveryMs * 1.5);
  }
  return planned;
}

/** One of each kind; their times are drawn when they are played. */
function faultDeck({ maxFreezeMs, restartsDocker }: ScheduleOptions, random: Random): (() => Fault)[] {
  const members: Member[] = ['bridge', 'worker-a', 'worker-b'];
  const services: ChaosService[] = [
    'rabbitmq',
    'postgres',
    'temporal',
    ...(restartsDocker ? ['docker' as const] : []),
  ];
  const modes: BackendFault[] = ['error-500', 'lost-answer', 'slow', 'refused'];
  return [
    ...members.map((target) => (): Fault => ({ kind: 'kill', target, downMs: random.between(0, 5_000) })),
    ...members.map(
      (target) => (): Fault => ({ kind: 'freeze', target, forMs: random.between(2_000, maxFreezeMs) }),
    ),
    ...services.map(
      (target) => (): Fault => ({
        kind: 'restart',
        target,
        how: random.pick(['stopped', 'killed']),
        downMs: random.between(0, 6_000),
      }),
    ),
    ...modes.map(
      (mode) => (): Fault => ({
        kind: 'backend',
        target: 'backend',
        mode,
        forMs: random.between(3_000, 15_000),
      }),
    ),
    (): Fault => ({ kind: 'kill-container', target: 'container' }),
    (): Fault => ({ kind: 'kill-container', target: 'container' }),
  ];
}

function lengthOf(fault: Fault): number {
  switch (fault.kind) {
    case 'kill':
    case 'restart':
      return fault.downMs;
    case 'freeze':
    case 'backend':
      return fault.forMs;
    case 'kill-container':
      return 0;
  }
}

/** One line a fault, as the ledger is published with it. */
export function renderSchedule(schedule: Schedule): string {
  const lines = schedule.faults.map(
    ({ atMs, fault }) => `${seconds(atMs).padStart(8)}  ${describeFault(fault)}`,
  );
  return [
    `seed ${schedule.seed}: ${schedule.submissions.length} submissions and ${schedule.badMessages.length} bad messages over ${seconds(schedule.submissions.at(-1)?.atMs ?? 0)}, ${schedule.faults.length} faults`,
    ...lines,
  ].join('\n');
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `${fault.target} killed, started again after ${seconds(fault.downMs)}`;
    case 'freeze':
      return `${fault.target} frozen for ${seconds(fault.forMs)}`;
    case 'restart':
      return `${fault.target} ${fault.how}, started again after ${seconds(fault.downMs)}`;
    case 'backend':
      return `backend ${fault.mode} for ${seconds(fault.forMs)}`;
    case 'kill-container':
      return 'a sandbox container killed';
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
