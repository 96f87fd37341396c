import { Option } from 'commander';

/** Who has changed something, where that is not who calls. */
export function byOption(): Option {
  return new Option('--by <name>', 'who; default: GRADER_OPERATOR, else the user who calls');
}

/** Of commands that need no reason. */
export function whyOption(): Option {
  return new Option('--why <text>', 'reason, kept in the audit log');
}
