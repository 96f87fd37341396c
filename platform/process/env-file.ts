import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import { SettingsError } from '../settings/settings-error.js';
import { parseEnvText } from './env-syntax.js';

/**
 * The environment completed by the file `.env` of a directory, if there is one; variables that are set win.
 * Called by mains only.
 * @throws SettingsError when the file exists and cannot be read, is not in UTF-8, or has a quote that is not closed.
 */
export function loadEnvFile(env: NodeJS.ProcessEnv, directory: string): NodeJS.ProcessEnv {
  const path = join(directory, '.env');
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    if (hasErrorCode(cause, 'ENOENT')) return env;
    throw new SettingsError([], `Cannot read ${path}. Check its permissions: ls -l ${path}`, { cause });
  }
  // What Windows calls Unicode: every name would have a NUL between its letters, and nothing would say so.
  if (content.includes(0)) {
    throw new SettingsError(
      [],
      `${path} is not in UTF-8, so nothing in it can be read. Save it as UTF-8: iconv -f UTF-16 -t UTF-8 ${path}`,
    );
  }
  return { ...parseEnvText(content.toString('utf8').replace(/^\uFEFF/, ''), env, path), ...env };
}

/**
 * A service of a package that is not set up yet would start with settings that nobody chose.
 * @throws SettingsError where `.env` is a link to a file that is not there.
 */
export function refuseLinkToNothing(directory: string): void {
  const path = join(directory, '.env');
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink || existsSync(path)) return;
  throw new SettingsError(
    [],
    `${path} leads to ${readlinkSync(path)}, which is not there. Put the settings there, such as the legacy worker's .env; or remove the link.`,
  );
}
