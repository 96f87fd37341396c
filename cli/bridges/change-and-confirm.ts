import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import type { BridgeReport } from '../../domain/cutover/bridge-report.js';
import { collectBridgeReports } from '../../platform/amqp/bridge-reports.js';
import type { BridgeControlStore, ControlChange } from '../../platform/temporal/bridge-control-store.js';
import type { CommandContext } from '../context.js';

/** Bridges that do not answer in this time are gone, or stalled. */
const answerWithinMs = 1_000;

export async function bridgeReports(
  context: Pick<CommandContext, 'settings' | 'broker'>,
): Promise<readonly BridgeReport[]> {
  const reports = await collectBridgeReports(await context.broker(), context.settings.queue, {
    timeoutMs: answerWithinMs,
  });
  return (reports as BridgeReport[]).toSorted((a, b) => a.id.localeCompare(b.id));
}

export interface Obedience {
  readonly control: BridgeControl;
  /** From the change until the last bridge obeyed, ms. */
  readonly elapsedMs: number;
  readonly reports: readonly BridgeReport[];
  /** Bridges that answered before the change and have not confirmed it. */
  readonly missing: readonly string[];
}

/** Changes the bridges' setting and waits until each bridge that was there obeys. */
export async function changeAndConfirm(
  context: Pick<CommandContext, 'settings' | 'broker' | 'control'>,
  change: (store: BridgeControlStore) => Promise<BridgeControl>,
): Promise<Obedience> {
  const known = (await bridgeReports(context)).map((report) => report.id);
  const orderedAt = performance.now();
  const control = await change(context.control);
  const obeys = (reports: readonly BridgeReport[]): ReadonlySet<string> =>
    new Set(reports.filter((report) => report.control.version >= control.version).map(({ id }) => id));
  const reports = (await collectBridgeReports(await context.broker(), context.settings.queue, {
    timeoutMs: 5_000,
    enough: (answers) => {
      const obedient = obeys(answers as BridgeReport[]);
      return known.every((id) => obedient.has(id));
    },
  })) as BridgeReport[];
  const elapsedMs = Math.round(performance.now() - orderedAt);
  const obedient = obeys(reports);
  return { control, elapsedMs, reports, missing: known.filter((id) => !obedient.has(id)) };
}

export function changeSetting(change: ControlChange): (store: BridgeControlStore) => Promise<BridgeControl> {
  return (store) => store.set(change);
}
