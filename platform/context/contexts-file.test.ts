import { expect, it } from 'vitest';
import { ActionableError } from '../process/actionable-error.js';
import { keptContextsPath, noContexts, writeContexts } from './contexts-file.js';

it("keeps the contexts in the user's home, also where the user of a container has none", () => {
  expect(keptContextsPath({ XDG_CONFIG_HOME: '/config' })).toBe('/config/grader/contexts.json');
  expect(keptContextsPath({ HOME: '/home/anna' })).toBe('/home/anna/.config/grader/contexts.json');
  const unknown = () => {
    throw new Error('uv_os_homedir returned ENOENT');
  };
  expect(keptContextsPath({}, unknown)).toBe('/.config/grader/contexts.json');
});

it('says which place keeps no contexts', () => {
  const write = () => writeContexts('/etc/hostname/grader/contexts.json', noContexts);
  expect(write).toThrow(ActionableError);
  expect(write).toThrow(/^Cannot keep contexts in \/etc\/hostname\/grader\/contexts\.json: /);
});
