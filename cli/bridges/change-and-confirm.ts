import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import type { BridgeAnswers, BridgeReport, UnreadableReport } from '../../domain/cutover/bridge-report.js';
import { collectBridgeReports } from '../../platform/amqp/bridge-reports.js';
import type { BridgeControlStore, ControlChange } from '../../platform/temporal/bridge-control-store.js';
import type { CommandContext } from '../context.js';

/** Bridges that do not answer in this time are gone, or stalled. */
const answerWithinMs = 1_000;

export async function askBridges(
  context: Pick<CommandContext, 'settings' | 'broker'>,
): Promise<BridgeAnswers> {
  const { reports, unreadable } = await collectBridgeReports(await context.broker(), context.settings.queue, {
    timeoutMs: answerWithinMs,
  });
  return { reports: reports.toSorted((a, b) => a.id.localeCompare(b.id)), unreadable };
}

export interface Obedience {
  readonly control: BridgeControl;
  /** From the change until the last bridge obeyed, ms. */
  readonly elapsedMs: number;
  readonly reports: readonly BridgeReport[];
  /** Bridges that answered before the change and have not confirmed it, and those whose answer cannot be read. */
  readonly missing: readonly string[];
}

/** Changes the bridges' setting and waits until each bridge that was there obeys. */
export async function changeAndConfirm(
  context: Pick<CommandContext, 'settings' | 'broker' | 'control'>,
  change: (store: BridgeControlStore) => Promise<BridgeControl>,
): Promise<Obedience> {
  const before = await askBridges(context);
  const known = before.reports.map(({ id }) => id);
  const orderedAt = performance.now();
  const control = await change(context.control);
  const obeys = (reports: readonly BridgeReport[]): ReadonlySet<string> =>
    new Set(reports.filter((report) => report.control.version >= control.version).map(({ id }) => id));
  const { reports, unreadable } = await collectBridgeReports(await context.broker(), context.settings.queue, {
    timeoutMs: 5_000,
    enough: (answers) => {
      const obedient = obeys(answers.reports);
      return known.every((id) => obedient.has(id));
    },
  });
  const elapsedMs = Math.round(performance.now() - orderedAt);
  const obedient = obeys(reports);
  const silent = known.filter((id) => !obedient.has(id));
  return {
    control,
    elapsedMs,
    reports,
    missing: [...silent, ...names([...before.unreadable, ...unreadable])],
  };
}

/** Each once: a bridge is asked twice. */
function names(unreadable: readonly UnreadableReport[]): readonly string[] {
  return [...new Set(unreadable.map(({ id }) => `${id} (its report cannot be read)`))];
}

export function changeSetting(change: ControlChange): (store: BridgeControlStore) => Promise<BridgeControl> {
  return (store) => store.set(change);
}
