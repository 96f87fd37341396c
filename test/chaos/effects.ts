import { renderTable } from '../../platform/terminal/table.js';
import { faultKind } from './faults/index.js';
import type { Effect } from './timeline.js';

/** All faults of one kind. */
interface KindRow {
  readonly kind: string;
  readonly times: number;
  readonly met: number;
  readonly gradings: number;
  readonly messages: number;
  readonly maxDurationMs: number | undefined;
  readonly longestSharedMs: number | undefined;
  readonly longestAllMs: number | undefined;
}

/** What is wrong with a run beside its ledger. */
export interface EffectReport {
  readonly table: string;
  /** That came about. */
  readonly kinds: readonly string[];
  /** A run counts if each kind of fault that it has met something. */
  readonly metNothing: readonly string[];
  /** Longer until the first verdict than a minute, or than the setting that makes it so. */
  readonly tooSlow: readonly string[];
}

const withinMs = 60_000;

export function reportEffects(effects: readonly Effect[]): EffectReport {
  const rows = [...new Set(effects.map(({ kind }) => kind))].sort().map((kind) => rowOf(kind, effects));
  const isTooSlow = ({ kind, maxDurationMs, longestSharedMs }: KindRow) =>
    Math.max(maxDurationMs ?? 0, longestSharedMs ?? 0) > (faultKind(kind).slowBy?.withinMs ?? withinMs);
  return {
    table: renderTable(
      [
        'fault',
        'times',
        'met',
        'gradings',
        'messages',
        'first verdict',
        '… others between',
        'last of those met',
      ],
      rows.map((row) => [
        row.kind,
        String(row.times),
        String(row.met),
        String(row.gradings),
        String(row.messages),
        seconds(row.maxDurationMs),
        seconds(row.longestSharedMs),
        seconds(row.longestAllMs),
      ]),
    ),
    kinds: rows.map(({ kind }) => kind),
    metNothing: rows.filter(({ met }) => met === 0).map(({ kind }) => kind),
    tooSlow: rows
      .filter(isTooSlow)
      .map(
        ({ kind, maxDurationMs, longestSharedMs }) =>
          `${kind}: ${seconds(Math.max(maxDurationMs ?? 0, longestSharedMs ?? 0))}`,
      ),
  };
}

function rowOf(kind: string, all: readonly Effect[]): KindRow {
  const effects = all.filter((effect) => effect.kind === kind);
  const { meetsMessages = false } = faultKind(kind);
  const isMet = ({ gradings, messages }: Effect) => gradings > 0 || (meetsMessages && messages > 0);
  const sum = (pick: (effect: Effect) => number) =>
    effects.reduce((total, effect) => total + pick(effect), 0);
  return {
    kind,
    times: effects.length,
    met: effects.filter(isMet).length,
    gradings: sum(({ gradings }) => gradings),
    messages: sum(({ messages }) => messages),
    maxDurationMs: longest(effects.filter(({ isShared }) => !isShared).map(({ recoveryMs }) => recoveryMs)),
    longestSharedMs: longest(effects.filter(({ isShared }) => isShared).map(({ recoveryMs }) => recoveryMs)),
    longestAllMs: longest(effects.map(({ allMs }) => allMs)),
  };
}

function longest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`;
}
