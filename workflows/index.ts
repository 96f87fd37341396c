export { bridgeControl } from './bridge-control.js';
export { gradeSubmission } from './grade-submission.js';
