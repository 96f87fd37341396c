import type { SubmissionList } from '../platform/postgres/submission-list.js';
import { createSubmissionList } from '../platform/postgres/submission-list.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';
import type { Operator } from './operator.js';
import { withOperator } from './operator.js';

/** What commands that choose submissions and start gradings work on. */
export interface PlatformAccess extends Operator {
  readonly starter: GradingStarter;
  readonly submissions: SubmissionList;
}

/** Opens platform and Temporal, runs `work`, and closes them whatever happens. */
export function withPlatform<Result>(work: (access: PlatformAccess) => Promise<Result>): Promise<Result> {
  return withOperator((operator) =>
    work({
      ...operator,
      starter: createGradingStarter(operator.temporal, operator.log),
      submissions: createSubmissionList(operator.database),
    }),
  );
}
