import type { CommandExamples } from '../platform/terminal/command-tree.js';

/** Examples of the development stack's commands. */
export const developmentExamples: CommandExamples = {
  'grader demo': ['grader demo', 'grader demo --exit'],
  'grader submit': [
    'grader submit sum.cpp --problem 1',
    'grader submit solution.txt --problem 1 --language python --timeout 60',
  ],
  'grader test': [
    'grader test',
    'grader test --all',
    'grader test --project unit',
    'grader test test/integration/doctor',
  ],
  'grader up': ['grader up'],
  'grader down': ['grader down', 'grader down --purge'],
  'grader docs': ['grader docs'],
};
