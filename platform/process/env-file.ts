import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import { SettingsError } from '../settings/settings-error.js';

/**
 * The environment completed by the file `.env` of a directory, if there is one; variables that are set win.
 * Called by mains only.
 * @throws SettingsError when the file exists and cannot be read, or is not in UTF-8.
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
  return { ...parseEnvFile(content.toString('utf8')), ...env };
}

/**
 * As the Python worker and Compose read it: a # within a value belongs to it, one after a blank begins a comment. Node
 * takes the first of either, which cuts passwords.
 */
function parseEnvFile(content: string): NodeJS.Dict<string> {
  // Any other line would be taken by Node for the beginning of the next one's name.
  const text = (content.replace(/^\uFEFF/, '').match(assignments) ?? []).join('\n');
  return parseEnv(
    text.replace(unquoted, (line, name: string, value: string, rest: string) => {
      const quote = ["'", '"', '`'].find((sign) => !value.includes(sign));
      return value.includes('#') && quote !== undefined ? `${name}${quote}${value}${quote}${rest}` : line;
    }),
  );
}

/** Name with its sign, a value in quotes that may have several lines, and the rest of the line. */
const assignments = /^[ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*$/gm;

/** Name with its sign, value, and what follows it. */
const unquoted =
  /^([ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*=[ \t]*)([^\s'"`#][^\r\n]*?)((?:[ \t]+#[^\r\n]*)?[ \t]*\r?)$/gm;
