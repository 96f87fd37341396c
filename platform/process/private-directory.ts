import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { geteuid } from 'node:process';
import { errorCode, hasErrorCode } from '../../domain/errors/error-code.js';
import { errorText } from '../../domain/errors/error-text.js';
import { SettingsError } from '../settings/settings-error.js';
import { ActionableError } from './actionable-error.js';

const ownerOnly = 0o700;
const everybodysOwn = 0o1777;

/**
 * Makes a directory that this user alone can use, or takes from all others what they may do in it: what is read back
 * from it later must be what was written.
 * @param variable the setting that names it.
 * @throws SettingsError where it is somebody else's, a link or no directory; UnusableDirectoryError.
 */
export async function providePrivateDirectory(path: string, variable: string): Promise<void> {
  const found = await lookOrMake(path).catch((cause: unknown) => {
    throw new UnusableDirectoryError(path, variable, cause);
  });
  const user = geteuid?.();
  if (found.isSymbolicLink()) throw refusal(path, variable, 'is a link');
  if (!found.isDirectory()) throw refusal(path, variable, 'is no directory');
  if (user !== undefined && found.uid !== user) {
    throw refusal(path, variable, `belongs to the user with the number ${found.uid}, and this is ${user}`);
  }
  if ((found.mode & (constants.S_IRWXG | constants.S_IRWXO)) !== 0) await chmod(path, ownerOnly);
}

/** The file system's word, such as a read-only one's or a full one's: it may change, so another start may do better. */
class UnusableDirectoryError extends ActionableError {
  override readonly name = 'UnusableDirectoryError';
  readonly code: string | number | undefined;

  constructor(path: string, variable: string, cause: unknown) {
    super(
      `${path} (${variable}) cannot be made or looked at: ${errorText(cause)}. The file system may be read-only, or the ` +
        `place wrong. Check with: mkdir -p ${path} && touch ${path}/x; or set ${variable} to another directory.`,
      { cause },
    );
    this.code = errorCode(cause);
  }
}

async function lookOrMake(path: string): Promise<Stats> {
  return (await statOf(path)) ?? make(path);
}

function refusal(path: string, variable: string, what: string): SettingsError {
  return new SettingsError(
    [variable],
    `${path} ${what}: others could change what is kept there. Set ${variable} to a directory of this user's own, which ` +
      `need not exist yet; or look at it with "ls -ld ${path}" and remove it if nobody needs it.`,
  );
}

/** The directory it stands in may be used by others, such as the legacy worker: where it is missing, it is made as /tmp is. */
async function make(path: string): Promise<Stats> {
  const parent = dirname(path);
  if ((await mkdir(parent, { recursive: true })) !== undefined) await chmod(parent, everybodysOwn);
  await mkdir(path, { recursive: true, mode: ownerOnly });
  return lstat(path);
}

/** @returns undefined where nothing stands there. */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
