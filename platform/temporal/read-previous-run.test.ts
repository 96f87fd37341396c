import { expect, it } from 'vitest';
import { resumePoint } from '../../domain/grading/previous-run.js';
import { testsWithTexts } from '../../domain/grading/test-batches.js';
import { acceptedReport, loadedSubmission, testCaseIds } from '../../test/fakes/fake-activities.js';
import { readPreviousRun } from './read-previous-run.js';
import type { RunRecord } from './read-run.js';

/** A run that was terminated after it had judged every test and, as far as it knew, recorded the verdict. */
function judgedRun(tests: number): RunRecord {
  const done = (activity: string, input: unknown, result: unknown) => ({
    activity,
    input,
    result,
    completed: true,
  });
  return {
    input: { submissionId: 5, origin: 'bridge' },
    steps: [
      done('loadSubmission', {}, loadedSubmission(5, tests)),
      done('runTest', {}, { reports: testCaseIds(tests).map(acceptedReport) }),
      done('recordResult', { overallStatus: 'Accepted' }, { recorded: true }),
    ],
    failure: { reason: 'terminated' },
  };
}

it('takes over what a run had judged', () => {
  const earlier = readPreviousRun('run', judgedRun(testsWithTexts));
  expect(resumePoint(earlier)).toMatchObject({ from: 'notify' });
});

it('leaves results of an earlier version that no input could hold, so that their tests run again', () => {
  const earlier = readPreviousRun('run', judgedRun(testsWithTexts + 1));
  expect(earlier).toMatchObject({ reports: [], recorded: false });
  expect(resumePoint(earlier)).toMatchObject({ from: 'start' });
});

it('does not take a postponed record for one that was made', () => {
  const run = judgedRun(2);
  const steps = run.steps.map((step) =>
    step.activity === 'recordResult' ? { ...step, result: { recorded: false, postponed: 'no' } } : step,
  );
  expect(resumePoint(readPreviousRun('run', { ...run, steps }))).toMatchObject({ from: 'record' });
});
