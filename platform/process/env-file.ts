import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { hasErrorCode } from '../../domain/errors/error-code.js';

/**
 * The environment completed by the file `.env` of a directory, if there is one; variables that are set win.
 * Called by mains only.
 * @throws Error when the file exists and cannot be read.
 */
export function loadEnvFile(env: NodeJS.ProcessEnv, directory: string): NodeJS.ProcessEnv {
  const path = join(directory, '.env');
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')), ...env };
  } catch (cause) {
    if (hasErrorCode(cause, 'ENOENT')) return env;
    throw new Error(`Cannot read ${path}. Check its permissions: ls -l ${path}`, { cause });
  }
}
