import type { SubmissionList } from '../platform/postgres/submission-list.js';
import { createSubmissionList } from '../platform/postgres/submission-list.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';
import type { Operator } from './operator.js';
import { withOperator } from './operator.js';

/** What commands need that choose submissions and start gradings. */
export interface PlatformAccess extends Operator {
  readonly starter: GradingStarter;
  readonly submissions: SubmissionList;
}

/** Opens platform and Temporal, runs `work`, and closes them in any case. */
export function withPlatform<Result>(work: (access: PlatformAccess) => Promise<Result>): Promise<Result> {
  return withOperator((operator) =>
    work({
      ...operator,
      starter: createGradingStarter(operator.temporal, operator.log),
      submissions: createSubmissionList(operator.database),
    }),
  );
}
