import { redactAddress } from './secret.js';
import type { SettingMetadata } from './setting.js';

/** The person's who set it: a setting that cannot be used, or the file it names. Another start would be of no use. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly variables: readonly string[];

  constructor(variables: readonly string[], message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.variables = variables;
  }

  /** Every variable that cannot be read, in one message. */
  static of(bad: readonly BadSetting[]): SettingsError {
    const count = bad.length === 1 ? 'A setting cannot be used' : `${bad.length} settings cannot be used`;
    return new SettingsError(
      bad.map(({ setting }) => setting.name),
      `${count}:\n${bad.map((each) => `  ${describe(each)}`).join('\n')}\nThe environment counts before the file .env; look in both.`,
    );
  }
}

export interface BadSetting {
  readonly setting: Pick<SettingMetadata, 'default' | 'example'> & { readonly name: string };
  readonly seen: string;
  /** Completes the sentence "expected …". */
  readonly expected: string;
}

function describe({ setting, seen, expected }: BadSetting): string {
  const { name } = setting;
  const example = setting.default ?? setting.example ?? '';
  const fix = example === '' ? 'Correct it or unset it.' : `Write ${name}=${example}, or unset it.`;
  return `${name} is "${shown(name, seen)}"; expected ${expected}. ${fix}`;
}

/** Enough to recognise the mistake, without what must stay secret. */
function shown(name: string, seen: string): string {
  if (/KEY|SECRET|TOKEN|PASSWORD|HEADERS/.test(name) && !name.endsWith('_TLS_KEY')) return '***';
  const text = redactAddress(seen);
  // A URL that could not be parsed may hold its password anywhere before the host.
  const safe = /_(?:URL|ENDPOINT)$/.test(name) ? text.replace(/^(.*?):\/\/.*@/s, '$1://***@') : text;
  return safe.length > 120 ? `${safe.slice(0, 120)}…` : safe;
}
