import type { ContainerLease } from '../activities/acquire-container.js';
import type { InlineOrStoredText } from '../domain/judging/test-report.js';
import { activities, compiling, onHost } from './activity-options.js';
import type { GradingState } from './grading-state.js';
import { runTests } from './run-tests.js';

export type LeaseOutcome =
  | { readonly kind: 'all-tests-run' }
  | { readonly kind: 'compile-error'; readonly message: InlineOrStoredText };

/**
 * Steps 3 and 4 in one container: compile, then every test that is not finished yet.
 * @param state its `finished` grows as tests finish, so that what is done survives the loss of the host.
 */
export async function runInLease(
  state: GradingState,
  lease: ContainerLease,
  leaseNumber: number,
): Promise<LeaseOutcome> {
  const { plan, progress } = state;
  progress.entered('compile');
  const { submissionId, language, profile } = plan;
  const { leaseId, hostQueue } = lease;
  const compiled = await activities(
    onHost(compiling, hostQueue),
    `compile-${leaseNumber}`,
    'compile',
  ).compile({
    leaseId,
    submissionId,
    language,
    profile,
    requestedLanguage: plan.requestedLanguage,
    ...(plan.functionSignature === undefined ? {} : { functionSignature: plan.functionSignature }),
  });
  if (compiled.kind === 'compile-error') return compiled;
  progress.entered('run');
  await runTests(state, lease, leaseNumber, compiled.sourceFile);
  return { kind: 'all-tests-run' };
}
