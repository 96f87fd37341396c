import { findLanguage } from '../../../domain/language.js';
import { knownLanguages } from '../../../domain/rejudge-selection.js';
import { Status } from '../../../domain/status.js';
import { UsageError } from '../../usage-error.js';

const largestRange = 100_000;

/** `3`, `3,7` and `100-120`, several times. @throws UsageError */
export function parseIds(option: string, given: readonly string[] = []): number[] {
  const ids = given.flatMap((text) => text.split(',')).flatMap((part) => parseRange(option, part.trim()));
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** @throws UsageError unless it is a whole number within the bounds. */
export function parseWhole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option} is a whole number from ${least} to ${most}, not "${text}".`);
}

/** Verdicts as the platform spells them; any case is taken. @throws UsageError */
export function parseVerdicts(given: readonly string[] = []): string[] {
  const known = Object.values(Status);
  return given.map((text) => {
    const verdict = known.find((status) => status.toLowerCase() === text.trim().toLowerCase());
    if (verdict === undefined) {
      throw new UsageError(`--verdict "${text}" is none. There are: ${known.join(', ')}.`);
    }
    return verdict;
  });
}

/** @throws UsageError */
export function parseLanguages(given: readonly string[] = []): string[] {
  return given.map((text) => {
    const definition = findLanguage(text);
    if (definition === undefined) {
      throw new UsageError(
        `--language "${text}" is not graded here. There are: ${knownLanguages.join(', ')}.`,
      );
    }
    return definition.language;
  });
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A date or a time (UTC unless it names a zone), or so long ago: 90m, 12h, 3d. @throws UsageError */
export function parseMoment(option: string, text: string, now: Date): Date {
  const ago = /^(\d+)([mhd])$/.exec(text);
  if (ago !== null) {
    return new Date(now.getTime() - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs]);
  }
  const hasTime = /^\d{4}-\d{2}-\d{2}[T ]\d/.test(text);
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const moment = new Date(hasTime && !hasZone ? `${text}Z` : text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(moment.getTime())) return moment;
  throw new UsageError(
    `${option} "${text}" is no time. Write a date (2026-11-25), a time (2026-11-25T10:00Z), or how long ago (90m, 12h, 3d).`,
  );
}

function parseRange(option: string, part: string): number[] {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (first === '' || from < 1 || to < from || to > 2 ** 31 - 1) {
    throw new UsageError(`${option} takes ids such as 17 or 3,7,100-120, not "${part}".`);
  }
  if (to - from >= largestRange)
    throw new UsageError(`${option} ${part} names more than ${largestRange} ids.`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
