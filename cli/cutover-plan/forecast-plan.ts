import type { CutoverPlan } from '../../domain/cutover/cutover-plan.js';
import type { StepForecast, Traffic } from '../../domain/cutover/gate-forecast.js';
import { forecastGates } from '../../domain/cutover/gate-forecast.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { createSubmissionFigures } from '../../platform/postgres/submission-figures.js';
import type { CommandContext } from '../context.js';

export interface PlanForecast {
  readonly steps: readonly StepForecast[];
  /** Of the last day. */
  readonly traffic: Traffic | undefined;
  /** Why it is not known. */
  readonly trafficUnread?: string;
}

const dayMs = 86_400_000;

/** Never rejects: a plan can be checked while the database is down. */
export async function forecastPlan(
  { database, settings }: Pick<CommandContext, 'database' | 'settings'>,
  plan: CutoverPlan,
): Promise<PlanForecast> {
  const forecast = (traffic: Traffic | undefined) => forecastGates(plan, settings.shadowShare, traffic);
  try {
    const counts = await createSubmissionFigures(database).byStatus(new Date(Date.now() - dayMs));
    const submissions = counts.reduce((sum, each) => sum + each.submissions, 0);
    const traffic = { submissions, withinMs: dayMs };
    return { steps: forecast(traffic), traffic };
  } catch (error) {
    return { steps: forecast(undefined), traffic: undefined, trafficUnread: errorLine(error) };
  }
}
