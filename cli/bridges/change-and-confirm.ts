import { setTimeout as sleep } from 'node:timers/promises';
import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import type { BridgeAnswers, BridgeReport, UnreadableReport } from '../../domain/cutover/bridge-report.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { collectBridgeReports } from '../../platform/amqp/bridge-reports.js';
import type { BridgeControlStore, ControlChange } from '../../platform/temporal/bridge-control-store.js';
import type { CommandContext } from '../context.js';

/** Bridges that do not answer in this time are gone, or stalled. */
const answerWithinMs = 1_000;
const confirmWithinMs = 5_000;

type AskContext = Pick<CommandContext, 'settings' | 'broker'>;

export interface AskedBridges extends BridgeAnswers {
  /** Why nobody could be asked: the broker is down, frozen or has an alarm. Whether bridges run is not known then. */
  readonly unavailableReason?: string;
}

/** Never rejects, and takes a few seconds at most: a broker in trouble is when these answers are wanted. */
export async function askBridges(context: AskContext, options: AskOptions = {}): Promise<AskedBridges> {
  const { known, withinMs = answerWithinMs } = options;
  const haveAnswered = ({ reports, unreadable }: BridgeAnswers): boolean => {
    const ids = new Set([...reports, ...unreadable].map(({ id }) => id));
    return known !== undefined && known.size > 0 && [...known].every((id) => ids.has(id));
  };
  const { reports, ...answers } = await collect(context, withinMs, haveAnswered);
  return { ...answers, reports: reports.toSorted((a, b) => a.id.localeCompare(b.id)) };
}

export interface AskOptions {
  /** Bridges that have answered a moment ago: once all of them do again, no other is waited for. */
  readonly known?: ReadonlySet<string> | undefined;
  readonly withinMs?: number;
}

export interface Obedience {
  readonly control: BridgeControl;
  /** From the change until every bridge was known to obey, ms. Where it is not known which there are, they have a second to answer. */
  readonly elapsedMs: number;
  readonly reports: readonly BridgeReport[];
  /** Bridges that answered at the time of the change and have not confirmed it, and those whose answer cannot be read. */
  readonly missing: readonly string[];
  /** Why none could be asked. The change is written all the same. */
  readonly unavailableReason: string | undefined;
}

/**
 * Changes the bridges' setting, and says which of those that are there obey. The change waits for nothing: it must get
 * through while the broker is in trouble.
 */
export async function changeAndConfirm(
  context: AskContext & Pick<CommandContext, 'control'>,
  change: (store: BridgeControlStore) => Promise<BridgeControl>,
  options: AskOptions = {},
): Promise<Obedience> {
  const orderedAt = performance.now();
  const changing = change(context.control);
  const [control, before] = await Promise.all([changing, askBridges(context, options)]);
  const known = before.reports.map(({ id }) => id);
  const obeying = (reports: readonly BridgeReport[]): ReadonlySet<string> =>
    new Set(reports.filter((report) => report.control.version >= control.version).map(({ id }) => id));
  let answers = before;
  // Some may have answered before they saw the change.
  if (known.some((id) => !obeying(before.reports).has(id))) {
    answers = await collect(context, confirmWithinMs, ({ reports }) => {
      const obedient = obeying(reports);
      return known.every((id) => obedient.has(id));
    });
  }
  const obedient = obeying(answers.reports);
  const silent = known.filter((id) => !obedient.has(id));
  return {
    control,
    elapsedMs: Math.round(performance.now() - orderedAt),
    reports: answers.reports,
    missing: [...silent, ...names([...before.unreadable, ...answers.unreadable])],
    unavailableReason: answers.unavailableReason,
  };
}

export function isConfirmed({ missing, unavailableReason }: Obedience): boolean {
  return missing.length === 0 && unavailableReason === undefined;
}

/** One line: who obeys, or why that is not known. */
export function describeObedience({ reports, elapsedMs, missing, unavailableReason }: Obedience): string {
  if (unavailableReason !== undefined) {
    return (
      `The change is written, and bridges obey within a second while they reach Temporal; whether they do is not ` +
      `known, as they cannot be asked: ${unavailableReason}. Look at: grader mode show`
    );
  }
  return missing.length === 0
    ? `obeyed by ${reports.length} bridge(s) after ${elapsedMs} ms`
    : `not confirmed within 5 s by ${missing.join(', ')}: they obey when they are back. Look at: grader mode show`;
}

/** Beyond the time for answers, for the way to a broker that may be in trouble. */
const onTheWayMs = 7_000;

async function collect(
  context: AskContext,
  timeoutMs: number,
  enough?: (answers: BridgeAnswers) => boolean,
): Promise<AskedBridges> {
  const asking = async (): Promise<AskedBridges> => {
    const connection = await context.broker();
    return collectBridgeReports(connection, context.settings.queue, {
      timeoutMs,
      ...(enough && { enough }),
    });
  };
  const giveUp = new AbortController();
  const tooLate = sleep(timeoutMs + onTheWayMs, undefined, { signal: giveUp.signal }).then((): never => {
    throw new Error('RabbitMQ does not answer');
  });
  try {
    return await Promise.race([asking(), tooLate]);
  } catch (error) {
    return { reports: [], unreadable: [], unavailableReason: errorLine(error) };
  } finally {
    giveUp.abort();
    tooLate.catch(() => undefined);
  }
}

/** Each once: a bridge is asked twice. */
function names(unreadable: readonly UnreadableReport[]): readonly string[] {
  return [...new Set(unreadable.map(({ id }) => `${id} (its report cannot be read)`))];
}

export function changeSetting(change: ControlChange): (store: BridgeControlStore) => Promise<BridgeControl> {
  return (store) => store.set(change);
}
