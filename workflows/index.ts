export { gradeSubmission } from './grade-submission.js';
