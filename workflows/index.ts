export { bridgeControl } from './bridge-control.js';
export { cutover } from './cutover.js';
export { gradeSubmission } from './grade-submission.js';
