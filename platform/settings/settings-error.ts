import type { z } from 'zod';
import { environmentSchema } from './environment.js';
import { redactCredentials } from './secret.js';
import type { SettingMetadata } from './setting.js';

/** Thrown by `loadSettings`: every variable that cannot be used, in one message. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly variables: readonly string[];

  constructor(variables: readonly string[], message: string) {
    super(message);
    this.variables = variables;
  }

  static of(error: z.ZodError, given: Readonly<Record<string, string | undefined>>): SettingsError {
    const problems = error.issues.map((issue) => ({ name: String(issue.path[0]), expected: issue.message }));
    const lines = problems.map(({ name, expected }) => `  ${describe(name, expected, given[name] ?? '')}`);
    const count =
      problems.length === 1 ? 'A setting cannot be used' : `${problems.length} settings cannot be used`;
    return new SettingsError(
      problems.map(({ name }) => name),
      `${count}:\n${lines.join('\n')}\nThe environment counts before the file .env; look in both.`,
    );
  }
}

function describe(name: string, expected: string, seen: string): string {
  const schema = Object.entries(environmentSchema.shape).find(([known]) => known === name)?.[1];
  const metadata = schema?.meta() as SettingMetadata | undefined;
  const example = metadata?.default ?? metadata?.example ?? '';
  const fix = example === '' ? 'Correct it or unset it.' : `Write ${name}=${example}, or unset it.`;
  return `${name} is "${shown(name, seen)}"; expected ${expected}. ${fix}`;
}

/** Enough to recognise the mistake, without what must stay secret. */
function shown(name: string, seen: string): string {
  if (/KEY|SECRET|TOKEN|PASSWORD|HEADERS/.test(name) && !name.endsWith('_TLS_KEY')) return '***';
  const text = redactCredentials(seen);
  // A URL that could not be parsed may hold its password anywhere before the host.
  const safe = /_(?:URL|ENDPOINT)$/.test(name) ? text.replace(/^(.*?):\/\/.*@/s, '$1://***@') : text;
  return safe.length > 120 ? `${safe.slice(0, 120)}…` : safe;
}
