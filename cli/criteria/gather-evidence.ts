import type { Evidence, SpotCheck } from '../../domain/criteria/criterion.js';
import type { ParityReport } from '../../domain/parity/parity-report.js';
import { platformKey } from '../../platform/context/describe-platform.js';
import { readParity } from '../../platform/parity.js';
import { readSamples } from '../../platform/process/process-samples.js';
import { readGradings, readSubmissions } from '../../platform/success-evidence.js';
import type { CommandContext } from '../context.js';

/** How long a submission may wait for a verdict, where nothing else is said. */
export const usualGrace = '15m';
export const usualGraceMs = 15 * 60_000;

export interface EvidencePeriod {
  readonly since: Date;
  readonly until: Date;
  readonly graceMs: number;
  /** Read in place of SAMPLES_DIR. */
  readonly samples?: readonly string[] | undefined;
}

/** What the success criteria are judged by. @throws what a service throws. */
export async function gatherEvidence(
  { settings, temporal, database, log }: Pick<CommandContext, 'settings' | 'temporal' | 'database' | 'log'>,
  { since, until, graceMs, samples: named }: EvidencePeriod,
): Promise<Evidence> {
  const directories = named ?? [settings.samplesDirectory];
  // Whoever names directories has chosen; other hosts may know the same database by another name.
  const platform = named === undefined ? platformKey(settings) : undefined;
  const [gradings, submissions, { samples, unreadable }, parity] = await Promise.all([
    readGradings(temporal, since, until),
    readSubmissions(database, since, until, graceMs),
    readSamples(directories, since, platform),
    readParity(temporal, settings, since),
  ]);
  if (unreadable > 0) log.warn({ unreadable, directories }, 'lines that are no samples were left out');
  return { since, until, gradings, submissions, samples, spotCheck: spotCheckOf(parity) };
}

/** Shadow gradings are the spot check: they notify nobody. */
function spotCheckOf({ compared, mismatches, same }: ParityReport): SpotCheck | undefined {
  if (compared === 0) return undefined;
  const equal = Math.round(same.rate * compared);
  return { compared, same: equal, knownDifferences: compared - equal - mismatches, different: mismatches };
}
