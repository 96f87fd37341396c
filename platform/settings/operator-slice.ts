import { hostname, userInfo } from 'node:os';
import { geteuid } from 'node:process';
import { z } from 'zod';
import { computed } from './setting.js';

/** Who calls a command, for the audit log: a name, and the host or container it is called on. */
export const operator = {
  operator: computed(
    'GRADER_OPERATOR',
    () => onThisHost(caller()),
    z
      .string()
      .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u, { error: '1 to 100 printable characters' })
      .transform(onThisHost),
    {
      group: 'Commands',
      description:
        'Who calls the commands, for the audit log, which adds the host or container. Default: the user, also of sudo; in a container that is the user of the image, so name yourself there.',
      unit: '',
      example: 'anna',
    },
  ),
};

/** Also where that was by sudo, and where a container runs under a number that has no name. */
export function caller({ SUDO_USER: before = '' } = process.env, nameOf = () => userInfo().username): string {
  if (before !== '') return before;
  try {
    return nameOf();
  } catch {
    return `uid ${geteuid?.()}`;
  }
}

function onThisHost(name: string): string {
  return `${name} on ${hostname()}`;
}
