import { userInfo } from 'node:os';
import { Option } from 'commander';

/** Who has changed something. */
export function byOption(): Option {
  const caller = process.env.SUDO_USER ?? userInfo().username;
  return new Option('--by <name>', 'who').default(caller, 'the user who calls');
}
