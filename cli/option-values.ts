import { Status } from '../domain/status.js';
import { duration } from '../platform/settings/value-parsers.js';
import { UsageError } from './usage-error.js';

/** `17 18,19` → [17, 18, 19], each once. @throws UsageError */
export function submissionIds(words: readonly string[]): number[] {
  const ids = words.flatMap((word) => word.split(',')).filter((word) => word !== '');
  for (const id of ids) {
    if (!/^[1-9]\d{0,9}$/.test(id)) {
      throw new UsageError(`"${id}" is not a submission id. Give whole numbers, such as: 17 18 19`);
    }
  }
  return [...new Set(ids.map(Number))];
}

/** A status as the platform spells it, whatever the case. @throws UsageError */
export function statusNamed(text: string): Status {
  const found = Object.values(Status).find((status) => status.toLowerCase() === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`"${text}" is no status. There are: ${Object.values(Status).join(', ')}.`);
}

/** A duration before `now`, such as 2h, or a date and time; without a zone it is taken as UTC. @throws UsageError */
export function moment(option: string, text: string, now: Date): Date {
  const ago = duration(0).safeParse(text);
  if (ago.success) return new Date(now.getTime() - ago.data);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || /^\d{4}-\d\d-\d\d$/.test(text);
  const date = new Date(hasZone ? text : `${text}Z`);
  if (!Number.isNaN(date.getTime())) return date;
  throw new UsageError(
    `"${text}" is no time for ${option}. Give how long ago, such as 90m or 2d, or a time such as 2026-03-01T08:00Z.`,
  );
}

/** @throws UsageError */
export function durationMs(option: string, text: string, atLeastMs = 0): number {
  const parsed = duration(atLeastMs).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `"${text}" is no duration for ${option}. Give a number with its unit, such as 90s, 15m or 2h.`,
  );
}

/** @throws UsageError */
export function positiveNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`"${text}" is no number for ${option}. Give a number above 0.`);
}

/** @throws UsageError */
export function oneOf<const Word extends string>(option: string, words: readonly Word[], text: string): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`"${text}" is nothing ${option} knows. There are: ${words.join(', ')}.`);
}
