import { acquireContainer } from './acquire-container.js';
import { compile } from './compile.js';
import type { ActivityDependencies } from './dependencies.js';
import { translatingFailures } from './failure-translation.js';
import { loadSubmission } from './load-submission.js';
import { notifyBackend } from './notify-backend.js';
import { recordResult } from './record-result.js';
import { releaseContainer } from './release-container.js';
import { runTest } from './run-test.js';

/** The activities of a grading, one for each step of the workflow. */
export function createActivities(deps: ActivityDependencies) {
  return {
    loadSubmission: translatingFailures(loadSubmission(deps)),
    acquireContainer: translatingFailures(acquireContainer(deps)),
    compile: translatingFailures(compile(deps)),
    runTest: translatingFailures(runTest(deps)),
    releaseContainer: translatingFailures(releaseContainer(deps)),
    recordResult: translatingFailures(recordResult(deps)),
    notifyBackend: translatingFailures(notifyBackend(deps)),
  };
}

export type Activities = ReturnType<typeof createActivities>;
