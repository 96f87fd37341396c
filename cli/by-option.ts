import { userInfo } from 'node:os';
import { Option } from 'commander';

/** Who has changed something. */
export function byOption(): Option {
  return new Option('--by <name>', 'who').default(caller(), 'the user who calls');
}

/** Of commands that need no reason. */
export function whyOption(): Option {
  return new Option('--why <text>', 'reason, kept in the audit log');
}

/** Also where that was by sudo. */
export function caller(): string {
  return process.env.SUDO_USER ?? userInfo().username;
}
