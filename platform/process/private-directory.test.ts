import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geteuid } from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsError } from '../settings/settings-error.js';
import { providePrivateDirectory } from './private-directory.js';

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'private-'));
  path = join(parent, 'kept');
});
afterEach(() => rm(parent, { recursive: true }));

const mode = async () => (await stat(path)).mode & 0o777;
const refused = async () => {
  const error = await providePrivateDirectory(path, 'TEMP_DIR').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SettingsError);
  return (error as SettingsError).message;
};

describe('a private directory', () => {
  it('is made for its owner alone', async () => {
    await providePrivateDirectory(path, 'TEMP_DIR');
    expect(await mode()).toBe(0o700);
    await providePrivateDirectory(path, 'TEMP_DIR');
  });

  it('leaves the place it stands in to everybody, as a legacy worker may use that, too', async () => {
    const place = join(parent, 'grader');
    await providePrivateDirectory(join(place, 'engine'), 'TEMP_DIR');
    expect((await stat(place)).mode & 0o7777).toBe(0o1777);
    expect((await stat(join(place, 'engine'))).mode & 0o7777).toBe(0o700);
  });

  it('is closed to others where an earlier version left it open', async () => {
    await mkdir(path);
    await chmod(path, 0o777);
    await providePrivateDirectory(path, 'TEMP_DIR');
    expect(await mode()).toBe(0o700);
  });

  it.each([
    ['to a directory', 'a-directory'],
    ['to nothing', 'nothing'],
  ])('is not a link %s', async (_what, target) => {
    await mkdir(join(parent, 'a-directory'));
    await symlink(join(parent, target), path);
    expect(await refused()).toMatch(/is a link.*Set TEMP_DIR to a directory of this user's own/);
  });

  it('is not a file', async () => {
    await writeFile(path, '');
    expect(await refused()).toMatch(/is no directory/);
  });

  it.runIf(geteuid?.() === 0)("is not somebody else's", async () => {
    await mkdir(path);
    await chown(path, 65_534, 65_534);
    expect(await refused()).toMatch(/belongs to the user with the number 65534, and this is 0: .*ls -ld/);
  });

  it('that cannot be made is told as the file system tells it, with the setting and a command', async () => {
    await writeFile(join(parent, 'file'), '');
    path = join(parent, 'file', 'kept');
    await expect(providePrivateDirectory(path, 'TEMP_DIR')).rejects.toMatchObject({
      code: 'ENOTDIR',
      message: expect.stringMatching(/kept \(TEMP_DIR\) cannot be made .*ENOTDIR.*Check with: mkdir -p/),
    });
  });
});
