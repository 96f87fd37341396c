import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { caller } from './operator-slice.js';
import { loadSettings } from './settings.js';
import { SettingsError } from './settings-error.js';

const unknown = () => {
  throw new Error('uv_os_get_passwd returned ENOENT');
};

it('tells who calls: before sudo, by name, else by the number of a user without one', () => {
  expect(caller({ SUDO_USER: 'anna' }, () => 'root')).toBe('anna');
  expect(caller({ SUDO_USER: '' }, () => 'node')).toBe('node');
  expect(caller({}, unknown)).toMatch(/^uid \d+$/);
});

it('lets an operator be named, as in a container, and says on which host', () => {
  expect(loadSettings({ GRADER_OPERATOR: 'anna' }).operator).toBe(`anna on ${hostname()}`);
  expect(loadSettings({ GRADER_OPERATOR: '' }).operator).toBe(`${caller()} on ${hostname()}`);
  expect(() => loadSettings({ GRADER_OPERATOR: 'anna\u001b[2J' })).toThrow(SettingsError);
});
