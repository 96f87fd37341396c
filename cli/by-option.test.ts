import { expect, it } from 'vitest';
import { caller } from './by-option.js';

const unknown = () => {
  throw new Error('uv_os_get_passwd returned ENOENT');
};

it('tells who calls: before sudo, by name, else by the number of a user without one', () => {
  expect(caller({ SUDO_USER: 'anna' }, () => 'root')).toBe('anna');
  expect(caller({ SUDO_USER: '' }, () => 'node')).toBe('node');
  expect(caller({}, unknown)).toMatch(/^uid \d+$/);
});
