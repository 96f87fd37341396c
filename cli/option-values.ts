import { languageNamed as languageByName } from '../domain/judging/language-name.js';
import { Status } from '../domain/judging/status.js';
import { knownLanguages } from '../domain/rejudge/rejudge-selection.js';
import { duration } from '../platform/settings/value-parsers.js';
import { UsageError } from '../platform/terminal/usage-error.js';

const largestRange = 100_000;
const largestId = 2 ** 31 - 1;

/** `17 18,19 100-120` → [17, 18, 19, 100, …, 120], each once. @throws UsageError that begins with `option` */
export function idList(option: string, words: readonly string[] = []): number[] {
  const parts = words.flatMap((word) => word.split(',')).map((part) => part.trim());
  return [...new Set(parts.flatMap((part) => idRange(option, part)))];
}

/** A language by any name it is submitted under. @throws UsageError */
export function languageNamed(text: string): string {
  const found = languageByName(text);
  if (found !== undefined) return found;
  throw new UsageError(`"${text}" is no language graded here. There are: ${knownLanguages.join(', ')}.`);
}

/** A status as the platform spells it, whatever the case. @throws UsageError */
export function statusNamed(text: string): Status {
  const found = Object.values(Status).find((status) => status.toLowerCase() === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`"${text}" is no status. There are: ${Object.values(Status).join(', ')}.`);
}

/**
 * A duration before `now`, such as 2h, or a date and time; without a zone it is taken as UTC.
 * @throws UsageError, also for a `--since` in the future: it would find nothing, as if all were well.
 */
export function moment(option: string, text: string, now: Date): Date {
  const ago = duration(0).safeParse(text);
  if (ago.success) return usable(new Date(now.getTime() - ago.data), option, text);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || /^\d{4}-\d\d-\d\d$/.test(text);
  const date = new Date(hasZone ? text : `${text}Z`);
  if (isOfCalendar(text) && !Number.isNaN(date.getTime())) {
    if (option === '--since' && date.getTime() > now.getTime() + clockToleranceMs) {
      const soFar = `${now.toISOString().slice(0, 16)}Z`;
      throw new UsageError(
        `"${text}" for ${option} is in the future: it is ${soFar}, and without a zone a time is UTC.`,
      );
    }
    return usable(date, option, text);
  }
  throw new UsageError(
    `"${text}" is no time for ${option}. Give how long ago, such as 90m or 2d, or a time such as 2026-03-01T08:00Z.`,
  );
}

/** Of an operator's machine. */
const clockToleranceMs = 60_000;

/** Whether it begins with a day that there is: `Date` takes the 30th of February for the 2nd of March. */
function isOfCalendar(text: string): boolean {
  const [day] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  const date = new Date(`${day}T00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === day;
}

/** Longer ones are a mistake. */
const maxDurationMs = 3650 * 86_400_000;

/** @throws UsageError */
export function durationMs(option: string, text: string, atLeastMs = 0, atMostMs = maxDurationMs): number {
  const parsed = duration(atLeastMs).safeParse(text);
  if (parsed.success && parsed.data <= atMostMs) return parsed.data;
  const bounds = `from ${readable(atLeastMs)} to ${readable(atMostMs)}`;
  throw new UsageError(
    `"${text}" is no duration for ${option}. Give a number with its unit, such as 90s, 15m or 2h, ${bounds}.`,
  );
}

/** Seconds without a unit, or a duration with one. @throws UsageError */
export function secondsOrDuration(option: string, text: string): number {
  return durationMs(option, /^\d+(\.\d+)?$/.test(text) ? `${text}s` : text, 1);
}

/** @throws UsageError */
export function positiveNumber(option: string, text: string, atMost: number): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value > 0 && value <= atMost) return value;
  throw new UsageError(`${option} is a number above 0 and up to ${atMost}, not "${text}".`);
}

/** @throws UsageError unless it is a whole number within the bounds. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${option} is a whole number from ${min} to ${max}, not "${text}".`);
}

/** Times that neither the database nor Temporal can be asked about. */
function usable(date: Date, option: string, text: string): Date {
  if (date.getTime() >= 0 && date.getTime() < Date.UTC(2100, 0)) return date;
  throw new UsageError(`${option} is a time from 1970 to 2099, and "${text}" is not.`);
}

function readable(ms: number): string {
  if (ms >= 86_400_000) return `${ms / 86_400_000}d`;
  return ms >= 1_000 ? `${ms / 1_000}s` : `${ms}ms`;
}

function idRange(option: string, part: string): number[] {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (first === '' || from < 1 || to < from || to > largestId) {
    throw new UsageError(`${option} takes ids such as 17 or 3,7,100-120, not "${part}".`);
  }
  if (to - from >= largestRange) {
    throw new UsageError(`${option} takes at most ${largestRange} ids at a time, and ${part} is more.`);
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
