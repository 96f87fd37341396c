import type { FaultKind } from './fault.js';
import type { ProgramName } from './programs.js';
import { programNames } from './programs.js';
import type { Random } from './random.js';
import { createRandom } from './random.js';

/** Times are milliseconds; `how` is empty where a kind has one way only. */
export interface Fault {
  readonly kind: string;
  readonly how: string;
  readonly forMs: number;
}

export interface PlannedFault {
  readonly atMs: number;
  readonly fault: Fault;
}

export interface PlannedSubmission {
  readonly atMs: number;
  readonly program: ProgramName;
}

/** A submission whose test is changed, and whose id is published again, so long after the time before. */
export interface PlannedRegrade {
  readonly atMs: number;
  readonly gapsMs: readonly number[];
  /** How long its program sleeps. */
  readonly sleepMs: number;
}

/** A message no grading can come of. */
export interface PlannedBadMessage {
  readonly atMs: number;
  readonly body: string;
}

export interface Schedule {
  readonly seed: number;
  readonly submissions: readonly PlannedSubmission[];
  readonly regrades: readonly PlannedRegrade[];
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
  /** No fault lasts longer. */
  readonly maxFaultMs: number;
  readonly kinds: readonly FaultKind[];
}

/** Time to come up again before the same target is hit once more. */
const recoveryMs = 3_000;
const firstFaultMs = 4_000;
/** One of so many submissions is published again. */
const regradedOneIn = 5;
/** From load to the time after the verdict. */
const maxGapMs = 4_000;

/** The same options give the same schedule. */
export function planChaos(options: ScheduleOptions): Schedule {
  const random = createRandom(options.seed);
  const submissions = planSubmissions(options, random);
  const endMs = submissions.at(-1)?.atMs ?? 0;
  return {
    seed: options.seed,
    submissions,
    badMessages: planBadMessages(endMs, Math.max(2, Math.round(options.submissions / 50)), random),
    regrades: planRegrades(endMs, Math.round(options.submissions / regradedOneIn), random),
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

function planRegrades(endMs: number, count: number, random: Random): PlannedRegrade[] {
  return Array.from({ length: count }, () => ({
    atMs: random.between(0, endMs),
    gapsMs: Array.from({ length: random.between(1, 4) }, () => random.between(0, maxGapMs)),
    sleepMs: random.between(0, 700),
  })).sort((a, b) => a.atMs - b.atMs);
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
  let deck: FaultKind[] = [];
  for (let atMs = firstFaultMs; atMs < endMs && options.kinds.length > 0; ) {
    if (deck.length === 0) deck = random.shuffled(options.kinds);
    // The first of the deck whose target has recovered; every kind has its turn before one comes again.
    const place = deck.findIndex(({ target }) => (busyUntil.get(target) ?? 0) <= atMs);
    const [kind] = place < 0 ? [] : deck.splice(place, 1);
    if (kind !== undefined) {
      const fault = drawFault(kind, options.maxFaultMs, random);
      planned.push({ atMs, fault });
      busyUntil.set(kind.target, atMs + fault.forMs + recoveryMs);
    }
    atMs += random.between(options.faultEveryMs / 2, options.faultEveryMs * 1.5);
  }
  return planned;
}

function drawFault({ kind, hows, lastsMs: [least, most] }: FaultKind, maxMs: number, random: Random): Fault {
  return {
    kind,
    how: hows === undefined ? '' : random.pick(hows),
    forMs: random.between(Math.min(least, maxMs), Math.min(most, maxMs)),
  };
}

/** One line a fault, as the ledger is published with it. */
export function renderSchedule(schedule: Schedule): string {
  const lines = schedule.faults.map(
    ({ atMs, fault }) => `${seconds(atMs).padStart(8)}  ${describeFault(fault)}`,
  );
  const { seed, submissions, regrades, badMessages, faults } = schedule;
  return [
    `seed ${seed}: ${submissions.length} submissions, ${regrades.length} more whose test changes, and ${badMessages.length} bad messages over ${seconds(submissions.at(-1)?.atMs ?? 0)}, ${faults.length} faults`,
    ...lines,
  ].join('\n');
}

export function describeFault({ kind, how, forMs }: Fault): string {
  return `${kind}${how === '' ? '' : ` (${how})`}${forMs === 0 ? '' : ` for ${seconds(forMs)}`}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
