import type { CommandExamples } from '../platform/terminal/command-tree.js';

/** Examples of commands whose help text has none; longer ones are with their command. */
export const examples: CommandExamples = {
  'grader rejudge create': [
    'grader rejudge create --problem 7 --reason "test 3 was wrong" --dry-run',
    'grader rejudge create --verdict "Time Limit Exceeded" --since 3d --repeat 3 --reason "busy host" --wait',
  ],
  'grader rejudge show': [
    'grader rejudge show 20261125-1',
    'grader rejudge show 20261125-1 --from "Wrong Answer" --to Accepted --json',
  ],
  'grader rejudge apply': ['grader rejudge apply 20261125-1', 'grader rejudge apply 20261125-1 --no-wait'],
  'grader rejudge cancel': ['grader rejudge cancel 20261125-1'],
  'grader rejudge list': ['grader rejudge list', 'grader rejudge list --json'],
  'grader shadow cancel': ['grader shadow cancel shadow-set-20261126-1f0a9c3e'],
  'grader worker': ['grader worker'],
  'grader bridge': ['grader bridge'],
  'grader context list': ['grader context list', 'grader context list --json'],
  'grader context show': ['grader context show', 'grader context show school'],
  'grader context use': ['grader context use school'],
  'grader context save': ['grader context save school'],
  'grader context delete': ['grader context delete school'],
  'grader mode show': ['grader mode show', 'grader mode show --queue grading_queue_test --json'],
  'grader mode set': [
    'grader mode set standby --why "first look"',
    'grader mode set router --share 5% --why "step 1"',
    'grader mode set off --why rollback',
  ],
  'grader cutover plan': ['grader cutover plan docs/cutover-plans/share-wise.yaml'],
  'grader cutover start': ['grader cutover start docs/cutover-plans/share-wise.yaml --why "migration"'],
  'grader cutover status': ['grader cutover status --watch', 'grader cutover status --json'],
  'grader cutover pause': ['grader cutover pause --why "look at the errors first"'],
  'grader cutover resume': ['grader cutover resume --why "they were the platform\'s"'],
  'grader cutover promote': [
    'grader cutover promote --why "all green"',
    'grader cutover promote --full --why "all green"',
  ],
  'grader cutover abort': ['grader cutover abort --why "System Errors"'],
  'grader cutover history': ['grader cutover history', 'grader cutover history --json'],
  'grader parity explain': ['grader parity explain 17 --note "the test data was corrected on Monday"'],
  'grader publish': ['grader publish 17', 'grader publish 100-250 --queue grading_queue_test'],
  'grader quarantine list': ['grader quarantine list', 'grader quarantine list --json'],
  'grader quarantine show': ['grader quarantine show 1f0a9c3e', 'grader quarantine show 1f0a9c3e --json'],
  'grader quarantine requeue': ['grader quarantine requeue 1f0a9c3e', 'grader quarantine requeue --all'],
  'grader quarantine drop': ['grader quarantine drop 1f0a9c3e 77ab01c2'],
  'grader drain legacy': ['grader drain legacy'],
  'grader drain ours': ['grader drain ours'],
};
