import { expect, test } from 'vitest';
import { logFields } from './log-fields.js';

test('a line of an activity tells submission, run, step and attempt', () => {
  const info = {
    workflowExecution: { workflowId: 'grade-17', runId: 'r1' },
    workflowType: 'gradeSubmission',
    activityType: 'runTest',
    attempt: 3,
  };
  expect(logFields(info)).toEqual({
    submissionId: 17,
    workflowId: 'grade-17',
    runId: 'r1',
    step: 'run',
    attempt: 3,
  });
});

test.each([
  ['shadowGrade', 'rejudge-spring-17', 17],
  ['shadowGrade', 'rejudge-spring-17-r2', 17],
  ['applyShadow', 'rejudge-spring-17-apply', 17],
  ['shadowCompare', 'shadow-17', 17],
  ['shadowSet', 'shadow-set-2026-17', undefined],
  ['rejudge', 'rejudge-2026-01', undefined],
  ['cutover', 'cutover-queue-1', undefined],
])('of a workflow of type %s, %s is about submission %s', (workflowType, workflowId, submissionId) => {
  expect(logFields({ workflowType, workflowId }).submissionId).toBe(submissionId);
});
