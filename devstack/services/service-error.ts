import { ActionableError } from '../../platform/process/actionable-error.js';

/** Thrown when a service of the development stack cannot be provided. */
export class ServiceError extends ActionableError {
  override readonly name = 'ServiceError';
}

/** One line of an unknown error, for use inside a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  return error.message.split('\n')[0] || error.name;
}
