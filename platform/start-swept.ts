import type { ListedSubmission } from './postgres/submission-list.js';
import type { GradingStarter } from './temporal/grading-starter.js';

const atATime = 8;

/** Starts a grading of each; where one has begun meanwhile, it is joined. @returns how many. @throws the client's error. */
export async function startSwept(
  starter: Pick<GradingStarter, 'startGrading'>,
  found: readonly ListedSubmission[],
): Promise<number> {
  const left = [...found];
  const lane = async (): Promise<void> => {
    for (let header = left.shift(); header !== undefined; header = left.shift()) {
      await starter.startGrading({ submissionId: header.submissionId, origin: 'cli', header });
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  return found.length;
}
