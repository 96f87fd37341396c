import { SettingsError } from '../settings/settings-error.js';
import { ConditionError } from '../terminal/condition-error.js';
import { UsageError } from '../terminal/usage-error.js';

/**
 * What a process ends with; scripts and supervisors go by it (docs/cli.md, deploy/README.md). 75 and 78 are those of
 * sysexits.h. A signal ends a process with 128 and its number: 130 for Ctrl-C, 141 for a reader that left.
 */
export const exitStatus = {
  done: 0,
  /** A command has not done what it was asked for, or not seen all that it was to show. */
  notDone: 1,
  /** It was called in a way it does not know, or for something that is not there. */
  usage: 2,
  /** It has looked, and what it was asked about does not hold, or not yet. */
  conditionNotMet: 3,
  /** Something failed that a fresh process may survive: start it again. */
  restart: 75,
  /** A setting cannot be used: a person is needed, and another start is of no use. */
  badSettings: 78,
} as const;

/** Of several failures, the first decides. */
export function isBadSettings(error: unknown): boolean {
  return error instanceof AggregateError ? isBadSettings(error.errors[0]) : error instanceof SettingsError;
}

/** Of a command that threw. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof UsageError) return exitStatus.usage;
  if (error instanceof ConditionError) return exitStatus.conditionNotMet;
  return isBadSettings(error) ? exitStatus.badSettings : exitStatus.notDone;
}
