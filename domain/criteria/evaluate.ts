import { FailureType } from '../grading/failure-type.js';
import type { Criterion, CriterionResult, Evidence } from './criterion.js';
import { cpu, memory } from './process-criteria.js';
import type { ProcessRun } from './process-sample.js';
import { increase, runsOf } from './process-sample.js';

/** Fewer samples are too few for a percentage. */
export const fewestGradings = 20;

/** The success criteria of the migration, each on its own: missing data never counts as success. */
export function evaluateCriteria(evidence: Evidence): Criterion[] {
  const runs = runsOf(evidence.samples);
  const workers = runs.filter(({ samples }) => samples[0]?.worker !== undefined);
  return [
    systemErrors(evidence),
    verdictsDelivered(evidence),
    memory(runs),
    cpu(runs),
    containerPool(workers, evidence.since.getTime()),
    backendUpdates(workers, evidence.since.getTime()),
    sameVerdicts(evidence),
  ];
}

/** Not our failure: the platform's data make the submission ungradable. */
const faultsOfThePlatform: readonly string[] = [
  FailureType.Ungradable,
  FailureType.SubmissionNotFound,
  FailureType.TestCaseNotFound,
];

function systemErrors({ gradings }: Evidence): Criterion {
  const failed = Object.entries(gradings.failedByType);
  const count = (of: typeof failed) => of.reduce((sum, [, each]) => sum + each, 0);
  const ours = failed.filter(([type]) => !faultsOfThePlatform.includes(type));
  const ended = gradings.completed + count(failed);
  const causes = ours.map(([type, each]) => `${each} ${type}`).join(', ');
  return {
    name: 'system-errors',
    title: 'No System Errors',
    rule: `no grading failed by our own trouble; at least ${fewestGradings} gradings`,
    result: judged(count(ours) > 0, ended < fewestGradings),
    figures:
      `${ended} gradings ended, ${count(ours)} failed by our own trouble` +
      `${causes === '' ? '' : ` (${causes})`}, ${count(failed) - count(ours)} could not be graded as they are`,
    ...(count(ours) > 0 && { next: 'grader replay --status "System Error" --since 24h' }),
  };
}

function verdictsDelivered({ submissions }: Evidence): Criterion {
  const { handedIn, byStatus, overdue, graceMs } = submissions;
  const verdicts = Object.entries(byStatus)
    .filter(([status]) => !['Pending', 'Running'].includes(status))
    .reduce((sum, [, count]) => sum + count, 0);
  return {
    name: 'verdicts-delivered',
    title: 'All verdicts delivered',
    rule: `no submission without a verdict ${minutes(graceMs)} after it was handed in; at least ${fewestGradings} submissions`,
    result: judged(overdue > 0, handedIn < fewestGradings),
    figures: `${handedIn} handed in, ${verdicts} with a verdict, ${overdue} overdue`,
    ...(overdue > 0 && { next: 'grader sweep' }),
  };
}

/** Share of gradings that waited long, and of attempts that failed. */
const maxLateShare = 0.05;
const maxFailedShare = 0.01;

function containerPool(workers: readonly ProcessRun[], since: number): Criterion {
  const of = (what: 'taken' | 'late' | 'failed') =>
    increase(workers, since, ({ worker }) => worker?.containers[what] ?? 0);
  const [taken, late, failed] = [of('taken'), of('late'), of('failed')];
  const samples = workers.flatMap((run) => run.samples);
  const without = samples.filter(({ worker }) => worker?.pool.canMake === false).length;
  const isBad = without > 0 || late > maxLateShare * taken || failed > maxFailedShare * (taken + failed);
  return {
    name: 'container-pool',
    title: 'Container pool not exhausted',
    rule: `containers could be made all the time, at most ${percent(maxLateShare)} of the submissions waited more than 30 s for one, at most ${percent(maxFailedShare)} of the attempts failed; at least ${fewestGradings} submissions`,
    result: judged(isBad, taken < fewestGradings),
    figures: `${taken} containers taken, ${late} after more than 30 s, ${failed} attempts failed; none could be made in ${without} of ${samples.length} samples`,
    ...(isBad && { next: 'see docs/scaling.md, and the log of the worker for "container"' }),
  };
}

function backendUpdates(workers: readonly ProcessRun[], since: number): Criterion {
  const of = (what: 'taken' | 'failed') => increase(workers, since, ({ worker }) => worker?.posts[what] ?? 0);
  const [taken, failed] = [of('taken'), of('failed')];
  const share = failed / Math.max(1, taken + failed);
  const isBad = failed > maxFailedShare * (taken + failed);
  return {
    name: 'backend-updates',
    title: 'Backend updates successful',
    rule: `at most ${percent(maxFailedShare)} of the POSTs failed (each is sent again); at least ${fewestGradings} POSTs`,
    result: judged(isBad, taken + failed < fewestGradings),
    figures: `${taken} taken, ${failed} failed (${percent(share)})`,
    ...(isBad && { next: 'look at the log of the worker for "notify", then at that of the backend' }),
  };
}

function sameVerdicts({ spotCheck }: Evidence): Criterion {
  const about = {
    name: 'same-verdicts',
    title: 'Same verdict as the legacy worker',
    rule: `no unexplained difference on a spot check of at least ${fewestGradings} submissions`,
  } as const;
  if (spotCheck === undefined) {
    return {
      ...about,
      result: 'NOT ENOUGH DATA',
      figures: 'nothing was compared',
      next: 'grader shadow --help',
    };
  }
  const { compared, same, knownDifferences, different } = spotCheck;
  return {
    ...about,
    result: judged(different > 0, compared < fewestGradings),
    figures: `${compared} compared: ${same} the same, ${knownDifferences} different as a rule or a person explains, ${different} unexplained`,
    ...(different > 0 && { next: 'grader parity --since 24h' }),
  };
}

/** One failure is enough, however few samples there are. */
function judged(isBad: boolean, isTooLittle: boolean): CriterionResult {
  if (isBad) return 'FAIL';
  return isTooLittle ? 'NOT ENOUGH DATA' : 'PASS';
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)} min`;
}
