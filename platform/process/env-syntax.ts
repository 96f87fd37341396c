import { SettingsError } from '../settings/settings-error.js';

/**
 * What a file `.env` sets, much as python-dotenv reads it: a # within a value belongs to it, one
 * after a blank begins a comment; a value in quotes may have several lines; `${NAME}` and `${NAME:-default}` stand for
 * what the environment or a line before sets, except in single quotes. Lines that set nothing are skipped.
 * @param source how messages name the file.
 * @throws SettingsError for a quote that is not closed: it would take the lines up to the next one with it.
 */
export function parseEnvText(
  text: string,
  env: Readonly<NodeJS.ProcessEnv>,
  source: string,
): Record<string, string> {
  const values: Record<string, string> = {};
  const expand = (value: string): string =>
    value.replace(reference, (_all, name: string, otherwise = '') => env[name] ?? values[name] ?? otherwise);
  for (const { index, groups = {} } of text.matchAll(assignment)) {
    const { name = '', double, single, backtick, plain, rest = '' } = groups;
    if (!/^\s*(#|$)/.test(rest)) throw unclosed(name, source, text.slice(0, index).split('\n').length);
    values[name] =
      double !== undefined
        ? expand(double.replace(doubleEscape, (_all, sign: string) => controls[sign] ?? sign))
        : (single?.replace(singleEscape, '$1') ?? backtick ?? expand(withoutComment(plain ?? '')));
  }
  return values;
}

const assignment =
  /^[ \t]*(?:export[ \t]+)?(?<name>[\w.-]+)[ \t]*=[ \t]*(?:"(?<double>(?:\\[\s\S]|[^"\\])*)"|'(?<single>(?:\\[\s\S]|[^'\\])*)'|`(?<backtick>[^`]*)`|(?<plain>[^\s'"`#][^\r\n]*))?(?<rest>[^\r\n]*)/gm;

const reference = /\$\{([^}:]*)(?::-([^}]*))?\}/g;
const doubleEscape = /\\([\\'"abfnrtv])/g;
const singleEscape = /\\([\\'])/g;
const controls: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};

function withoutComment(value: string): string {
  return value.replace(/\s+#.*$/, '').trimEnd();
}

function unclosed(name: string, source: string, line: number): SettingsError {
  return new SettingsError(
    [name],
    `${source}, line ${line}: the value of ${name} opens a quote and does not end with it. Close the quote, or put the whole value into quotes of another kind.`,
  );
}
