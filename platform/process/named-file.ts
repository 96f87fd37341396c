import { dirname } from 'node:path';
import { errorLine } from '../../domain/errors/error-text.js';
import { ActionableError } from './actionable-error.js';

/** What the system says of a file or directory that a person named, for that person. */
export function namedFileError(what: string, path: string, cause: unknown): ActionableError {
  return new ActionableError(`Cannot ${what} ${path}: ${errorLine(cause)}.`, {
    remedy: `ls -ld ${path} ${dirname(path)}`,
    cause,
  });
}
