import { userInfo } from 'node:os';
import { geteuid } from 'node:process';
import { Option } from 'commander';

/** Who has changed something. */
export function byOption(): Option {
  return new Option('--by <name>', 'who').default(caller(), 'the user who calls');
}

/** Of commands that need no reason. */
export function whyOption(): Option {
  return new Option('--why <text>', 'reason, kept in the audit log');
}

/** Also where that was by sudo, and where a container runs under a number that has no name. */
export function caller({ SUDO_USER: before = '' } = process.env, nameOf = () => userInfo().username): string {
  if (before !== '') return before;
  try {
    return nameOf();
  } catch {
    return `uid ${geteuid?.()}`;
  }
}
