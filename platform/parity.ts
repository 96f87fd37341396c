import type { Measurement } from '../domain/cutover/cutover-gates.js';
import { legacyNoise, noiseLevel } from '../domain/parity/legacy-noise.js';
import type { ParityReport } from '../domain/parity/parity-report.js';
import { parityReport } from '../domain/parity/parity-report.js';
import { loadParityCriteria } from './parity-rules-file.js';
import type { Settings } from './settings/settings.js';
import { listAcceptedRules } from './temporal/accepted-rules.js';
import type { TemporalClient } from './temporal/connection.js';
import { listExplanations, listShadowGradings } from './temporal/shadow-records.js';

export type ParitySettings = Pick<Settings, 'parityRules' | 'parityNoise'>;

/** A record is about 1 KB; these are read within seconds. */
export const maxGradingsRead = 20_000;
/** Pairs are rare, and the gate asks every few seconds. */
const gradingsReadForNoise = 2_000;
const noiseLookBackMs = 30 * 24 * 3_600_000;

/** @throws ParityRulesError, and what the client throws. */
export async function readParity(
  temporal: TemporalClient,
  { parityRules }: Pick<ParitySettings, 'parityRules'>,
  since: Date,
): Promise<ParityReport> {
  const criteria = loadParityCriteria(parityRules);
  const [gradings, explanations, accepted] = await Promise.all([
    listShadowGradings(temporal, since, maxGradingsRead),
    listExplanations(temporal),
    listAcceptedRules(temporal),
  ]);
  const rules = [...criteria.rules, ...accepted.flatMap((each) => each.rules)];
  return parityReport(gradings, { ...criteria, rules }, explanations);
}

/**
 * For the cutover's gate: the part of the compared submissions whose judgement differs and is accounted for neither by
 * a rule nor by a person, less the part on which the legacy worker disagrees with itself.
 */
export async function measureParity(
  temporal: TemporalClient,
  settings: ParitySettings,
  since: Date,
  now: Date,
): Promise<Measurement> {
  const { compared, mismatches } = await readParity(temporal, settings, since);
  if (compared === 0) return { value: undefined, samples: 0 };
  const noise = settings.parityNoise ?? (await measuredNoise(temporal, now));
  return { value: Math.max(0, mismatches / compared - noise), samples: compared };
}

/** Of all that is kept: the legacy worker's noise is no matter of one step. */
async function measuredNoise(temporal: TemporalClient, now: Date): Promise<number> {
  const since = new Date(now.getTime() - noiseLookBackMs);
  const gradings = await listShadowGradings(temporal, since, gradingsReadForNoise);
  return noiseLevel(legacyNoise(gradings.map(({ record }) => record)));
}
