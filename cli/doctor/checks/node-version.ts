import type { Check, Finding } from '../check.js';
import { failed, ok } from '../check.js';

export const nodeVersion: Check = {
  name: 'Node.js',
  area: 'host',
  run: async () => judgeNodeVersion(process.version),
};

/** The oldest version the packages allow; Node 20 below it lacks what they load. */
export function judgeNodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok(version);
  return failed(
    `${version}; 20.19 or newer is needed`,
    'sudo apt-get install -y npm && sudo npm install -g n && sudo n lts',
  );
}
