import { SettingsError } from '../settings/settings-error.js';

/** What a process ends with; supervisors go by it (deploy/README.md). 78 and 75 are those of sysexits.h. */
export const exitStatus = {
  done: 0,
  /** A command has not done what it was asked for. */
  notDone: 1,
  /** Something failed that a fresh process may survive: start it again. */
  restart: 75,
  /** A setting cannot be used: a person is needed, and another start is of no use. */
  badSettings: 78,
} as const;

/** Of several failures, the first decides. */
export function isBadSettings(error: unknown): boolean {
  return error instanceof AggregateError ? isBadSettings(error.errors[0]) : error instanceof SettingsError;
}
