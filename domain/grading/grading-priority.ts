import type { Origin } from './grading-workflow.js';

/**
 * Temporal's priority key, 1 first and 5 last: submissions handed in before trial runs, live gradings before repeated
 * ones.
 */
export function gradingPriority(origin: Origin, isTest: boolean): number {
  switch (origin) {
    case 'bridge':
    case 'router':
    case 'cli':
      return isTest ? 3 : 2;
    case 'replay':
    case 'rejudge':
    case 'shadow':
      return 5;
  }
}
