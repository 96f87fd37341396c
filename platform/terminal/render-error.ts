import { errorCode } from '../../domain/errors/error-code.js';
import { errorText } from '../../domain/errors/error-text.js';
import { ActionableError } from '../process/actionable-error.js';

/** What went wrong and what to do, for a person at a terminal: the trace is for errors nobody foresaw. */
export function renderError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(renderError).join('\n\n');
  if (error instanceof ActionableError) {
    return error.remedy === undefined ? error.message : `${error.message}\nNext: ${error.remedy}`;
  }
  if (!(error instanceof Error)) return errorText(error);
  return isUnforeseen(error) ? (error.stack ?? error.message) : error.message;
}

/** A defect of ours. Errors of a class of their own carry a message made for the reader; those of the language and of Node do not. */
export function isUnforeseen(error: Error): boolean {
  const isBare = Object.getPrototypeOf(error) === Error.prototype;
  return isBare || error instanceof TypeError || String(errorCode(error)).startsWith('ERR_');
}
