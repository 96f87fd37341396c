import type { IncomingHttpHeaders } from 'node:http';

/**
 * How long an answer asks to be left alone, ms; undefined where it does not say so in seconds or as a date.
 * A date is compared with the answer's own clock, which may differ from ours.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, now = Date.now()): number | undefined {
  const asked = headers['retry-after']?.trim();
  if (asked === undefined || asked === '') return undefined;
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  // Date.parse takes much more than a date of HTTP, such as "-5".
  const at = /^[A-Z][a-z]+,? /.test(asked) ? Date.parse(asked) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const answeredAt = Date.parse(headers.date ?? '');
  return Math.max(0, at - (Number.isNaN(answeredAt) ? now : answeredAt));
}
