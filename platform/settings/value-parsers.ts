import { z } from 'zod';
import { parseShare } from '../../domain/grading/share.js';
import { Secret } from './secret.js';

/**
 * Parsers of environment values. Each message completes the sentence "expected …" and is followed
 * by the fix in {@link file://./settings-error.ts}; the value seen is added there.
 */
export function wholeNumber(minimum: number, maximum: number) {
  return z.string().transform((text, context) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    return expected(context, `a whole number from ${minimum} to ${maximum}`);
  });
}

/** Of every setting that names a file: deploy/compose/engine.yml mounts that directory. */
export const fileExpected =
  'the path of a file; in Compose below /etc/grader, which is deploy/compose/config';

export function filePath() {
  return z.string().regex(/^[^\0]+$/, { error: fileExpected });
}

/** Of words in small letters, which may be written in any. `alike`: words of others for some of them. */
export function choice<const T extends readonly [string, ...string[]]>(
  values: T,
  alike: Readonly<Record<string, T[number]>> = {},
) {
  return z
    .string()
    .transform((text) => alike[text.toLowerCase()] ?? text.toLowerCase())
    .pipe(z.enum(values, { error: `one of ${values.join(', ')}` }));
}

export function flag() {
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], { error: 'true or false' }))
    .transform((text) => ['true', '1', 'yes', 'on'].includes(text));
}

const durationUnitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `500ms`, `10s`, `30m`, `1h`, `7d`; parsed to milliseconds. */
export function duration(minimumMs: number) {
  return z.string().transform((text, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text);
    const unit = match?.[2];
    const valueMs = match && isUnit(unit) ? Math.round(Number(match[1]) * durationUnitMs[unit]) : Number.NaN;
    if (valueMs >= minimumMs && valueMs <= Number.MAX_SAFE_INTEGER) return valueMs;
    return expected(
      context,
      `a duration with its unit (500ms, 10s, 30m, 1h)${minimumMs === 0 ? '' : `, at least ${minimumMs / 1_000}s`}`,
    );
  });
}

/** A part of the submissions, as `12.5%`. */
export function shareOfAll() {
  return z
    .string()
    .transform(
      (text, context) => parseShare(text) ?? expected(context, 'a share from 0% to 100%, such as 12.5%'),
    );
}

/** An http(s) base URL, to which paths are appended: trailing slashes are cut. */
export function httpUrl() {
  return z.string().transform((text, context) => {
    const url = parseUrl(text);
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
      return expected(context, 'an address that starts with http:// or https://');
    }
    if (/[?#\s]/.test(text))
      return expected(context, 'an address without ?, # and blanks: a path is added to it');
    return text.replace(/\/+$/, '');
  });
}

/** `host`, `host:port`, `[v6]:port`; parsed to text that has the port. */
export function hostAndPort(defaultPort: number) {
  return z.string().transform((text, context) => {
    const match = /^(\[[0-9a-fA-F:]+\]|[^\s:/@[\]]+)(?::(\d{1,5}))?$/.exec(text);
    const host = match?.[1];
    const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
    if (host !== undefined && port >= 1 && port <= 65_535) return `${host}:${port}`;
    return expected(context, 'a host name, or host:port');
  });
}

export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

export function expected(context: z.RefinementCtx, what: string): never {
  context.addIssue({ code: 'custom', message: what });
  return z.NEVER;
}

function isUnit(text: string | undefined): text is keyof typeof durationUnitMs {
  return text !== undefined && text in durationUnitMs;
}

/** Keeps a value from being printed. */
export function secret(value: string): Secret {
  return new Secret(value);
}
