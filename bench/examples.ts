import type { CommandExamples } from '../platform/terminal/command-tree.js';

export const benchExamples: CommandExamples = {
  'grader bench throughput': ['grader bench', 'grader bench throughput --submissions 200'],
  'grader bench loads': ['grader bench loads --submissions 20 --load identical'],
  'grader bench sandbox': ['grader bench sandbox --runs 200'],
  'grader bench stability': ['grader bench stability --runs 100 --limit 200'],
  'grader bench clock': ['grader bench clock --runs 3 --program spin'],
  'grader bench accuracy': ['grader bench accuracy'],
  'grader bench endurance': ['grader bench endurance --runs 10000'],
  'grader bench host-loss': ['grader bench host-loss --kills 5'],
  'grader bench soak': ['grader bench soak --gradings 500'],
  'grader bench scale': [
    'grader bench scale --closed 2000 --running 300',
    'grader bench scale --filled scale-1a2b3c4d',
  ],
  'grader bench console': ['grader bench console --seconds 10 --aborts 5'],
};
