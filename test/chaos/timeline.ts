/** From when to when something lasted, by the clock of the run, ms; without an end it still does. */
interface Span {
  readonly id: number;
  readonly from: number;
  to?: number;
}

/** A fault as it was: from the moment in which it had begun to that in which it had ended. */
export interface Inflicted {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

export interface Effect extends Inflicted {
  /** Submissions of which a grading ran while it lasted. */
  readonly gradings: number;
  /** Submissions that had been handed in and waited for their verdict. */
  readonly messages: number;
  /** From its end to the first verdict; undefined where nothing was left to judge. */
  readonly recoveryMs: number | undefined;
  /** From its end until all that it met had their verdicts; undefined where one never had. */
  readonly allMs: number | undefined;
  /** Another fault came between, and the time counts from the end of that one. */
  readonly isShared: boolean;
}

/** What happened to which submission, and when. */
export interface Timeline {
  /** Handed in, or published again. */
  accepted(id: number): void;
  /** The backend has a verdict. */
  told(id: number): void;
  /** All that run now; the others do not. */
  seenRunning(ids: readonly number[]): void;
  isGrading(): boolean;
  effects(faults: readonly Inflicted[]): readonly Effect[];
}

export function createTimeline(now: () => number = Date.now): Timeline {
  const waiting: Span[] = [];
  const grading: Span[] = [];
  const openWaits = new Map<number, Span>();
  const openGradings = new Map<number, Span>();
  const verdictsAt: number[] = [];
  const close = (open: Map<number, Span>, id: number): void => {
    const span = open.get(id);
    if (span) span.to = now();
    open.delete(id);
  };
  const begin = (all: Span[], open: Map<number, Span>, id: number): void => {
    if (open.has(id)) return;
    const span: Span = { id, from: now() };
    all.push(span);
    open.set(id, span);
  };
  return {
    accepted: (id) => begin(waiting, openWaits, id),
    told(id) {
      verdictsAt.push(now());
      close(openWaits, id);
      close(openGradings, id);
    },
    seenRunning(ids) {
      for (const id of ids) begin(grading, openGradings, id);
      for (const id of [...openGradings.keys()]) if (!ids.includes(id)) close(openGradings, id);
    },
    isGrading: () => openGradings.size > 0,
    effects: (faults) => faults.map((fault) => effectOf(fault, faults, { waiting, grading, verdictsAt })),
  };
}

interface Happened {
  readonly waiting: readonly Span[];
  readonly grading: readonly Span[];
  readonly verdictsAt: readonly number[];
}

function effectOf(
  fault: Inflicted,
  faults: readonly Inflicted[],
  { waiting, grading, verdictsAt }: Happened,
): Effect {
  const meets = (span: Span) => span.from <= fault.to && (span.to ?? Number.POSITIVE_INFINITY) >= fault.from;
  const met = waiting.filter(meets);
  const lastAt = met.every(({ to }) => to !== undefined)
    ? Math.max(...met.map(({ to }) => to ?? 0), fault.to)
    : undefined;
  return {
    ...fault,
    gradings: submissionsOf(grading.filter(meets)),
    messages: submissionsOf(met),
    ...recovery(fault, faults, waiting, verdictsAt),
    allMs: lastAt === undefined ? undefined : lastAt - fault.to,
  };
}

function submissionsOf(spans: readonly Span[]): number {
  return new Set(spans.map(({ id }) => id)).size;
}

/** Time counts while somebody waits and no other fault lasts. */
function recovery(
  fault: Inflicted,
  faults: readonly Inflicted[],
  waiting: readonly Span[],
  verdictsAt: readonly number[],
): Pick<Effect, 'recoveryMs' | 'isShared'> {
  let from = fault.to;
  let isShared = false;
  for (;;) {
    const begin = Math.min(
      ...waiting
        .filter(({ to }) => (to ?? Number.POSITIVE_INFINITY) > from)
        .map((span) => Math.max(span.from, from)),
    );
    const verdictAt = verdictsAt.find((at) => at >= begin);
    if (begin === Number.POSITIVE_INFINITY || verdictAt === undefined) {
      return { recoveryMs: undefined, isShared };
    }
    const between = faults.filter(
      (other) => other !== fault && other.from < verdictAt && other.to > begin && other.to <= verdictAt,
    );
    if (between.length === 0) return { recoveryMs: verdictAt - begin, isShared };
    isShared = true;
    from = Math.max(...between.map(({ to }) => to));
  }
}
