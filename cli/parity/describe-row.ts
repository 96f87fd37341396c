import type { LegacyNoise } from '../../domain/parity/legacy-noise.js';
import { noisePairsNeeded } from '../../domain/parity/legacy-noise.js';
import type { ParityClass } from '../../domain/parity/parity.js';
import { isMismatch } from '../../domain/parity/parity.js';
import type { ParityRow } from '../../domain/parity/parity-report.js';
import type { Proportion } from '../../domain/parity/wilson.js';

/** Wording shared by terminal and page. */
export const classNames: Readonly<Record<ParityClass, string>> = {
  equal: 'equal',
  'within-tolerance': 'equal within tolerance',
  ignored: 'ignored by rule',
  differs: 'differs',
  'ours-failed': 'ours failed',
  'theirs-missing': 'theirs missing',
};

/** `differs: verdict` */
export function kindOf({ class: kind, aspect }: ParityRow): string {
  return kind === 'differs' && aspect !== null ? `differs: ${aspect}` : classNames[kind];
}

/** Its CSS classes: hollow if the judgement is the same and only time or memory differ. */
export function styleOf(row: ParityRow): string {
  return row.class === 'differs' && !isMismatch(row) ? 'differs cost' : row.class;
}

export interface SideText {
  /** Verdict and score. */
  readonly verdict: string;
  /** The test that shows the difference; empty if there is none. */
  readonly test: string;
}

export function theirSide({ record, test }: ParityRow): SideText {
  const { status, score } = record.theirs;
  if (test === null) return { verdict: `${status}, ${score}`, test: '' };
  return { verdict: `${status}, ${score}`, test: testText(test[0], test[1], test[3], test[5]) };
}

export function ourSide({ record, test }: ParityRow): SideText {
  const verdict = record.ours === null ? 'no verdict' : `${record.ours.verdict}, ${record.ours.score}`;
  return { verdict, test: test === null ? '' : testText(test[0], test[2], test[4], test[6]) };
}

/** Beyond this distance a limit explains nothing. */
const nearLimit = 0.25;

/** Which tests, and how near to a limit if that may explain the difference. */
export function whyOf({ reason, margin, record }: ParityRow): string {
  const parts = reason === null ? [] : [reason];
  if (margin !== null && record.limits !== null && margin.part <= nearLimit) {
    const limit = margin.of === 'time' ? `${record.limits.timeMs} ms` : `${record.limits.memoryKb} KB`;
    parts.push(`${percent(margin.part)} from the ${margin.of} limit of ${limit}`);
  }
  return parts.join('; ');
}

/** `97.3 % (36 of 37), 95 % bounds 86.2 % – 99.5 %` */
export function agreementText({ rate, low, high }: Proportion, of: number): string {
  if (of === 0) return 'nothing to compare';
  return `${percent(rate)} (${Math.round(rate * of)} of ${of}), 95 % bounds ${percent(low)} – ${percent(high)}`;
}

export function percent(part: number): string {
  return `${Number((part * 100).toFixed(part > 0 && part < 0.01 ? 2 : 1))} %`;
}

/** @param noiseSetting 0–1; undefined: as measured. */
export function noiseText({ pairs, changed }: LegacyNoise, noiseSetting: number | undefined): string {
  if (noiseSetting !== undefined) return `disagrees with itself on ${percent(noiseSetting)} (PARITY_NOISE)`;
  if (pairs === 0) return 'noise not known: no submission was graded twice by it; counted as 0 %';
  const seen = `${changed} of ${pairs} regraded submissions changed`;
  return pairs < noisePairsNeeded
    ? `noise not known: ${seen}, ${noisePairsNeeded} needed; counted as 0 %`
    : `disagrees with itself on ${percent(changed / pairs)} (${seen})`;
}

/** A submission's run in the web UI. */
export function workflowLink(
  ui: { readonly url: string; readonly namespace: string },
  { workflowId, runId }: Pick<ParityRow, 'workflowId' | 'runId'>,
): string {
  return `${ui.url}/namespaces/${encodeURIComponent(ui.namespace)}/workflows/${workflowId}/${runId}/history`;
}

function testText(id: number, status: string | null, ms: number | null, kb: number | null): string {
  const measured = [ms === null ? '' : `${ms} ms`, kb === null ? '' : `${kb} KB`].filter(
    (text) => text !== '',
  );
  return [`test ${id}: ${status ?? 'none'}`, ...measured].join(', ');
}
