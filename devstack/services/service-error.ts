import { ActionableError } from '../../platform/process/actionable-error.js';

/** Thrown when a service of the development stack cannot be provided. */
export class ServiceError extends ActionableError {
  override readonly name = 'ServiceError';
}
