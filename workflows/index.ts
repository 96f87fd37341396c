export { applyShadow } from './apply-shadow.js';
export { bridgeControl } from './bridge-control.js';
export { cutover } from './cutover.js';
export { gradeSubmission } from './grade-submission.js';
export { rejudge } from './rejudge.js';
export { shadowGrade } from './shadow-grade.js';
