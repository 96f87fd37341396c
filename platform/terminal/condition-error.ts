import { ActionableError } from '../process/actionable-error.js';

/** The command has looked, and what it was asked about is not so, or not yet. Exit status 3. */
export class ConditionError extends ActionableError {
  override readonly name = 'ConditionError';
}
