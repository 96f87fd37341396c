/**
 * Thrown when a service cannot be provided: our own fault or the machine's, never a submission's. The message says
 * what happened and why; `remedy` is the next command or step.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly remedy: string | undefined;

  constructor(message: string, options: { readonly remedy?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.remedy = options.remedy;
  }
}

/** One line of an unknown error, for use inside a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  return error.message.split('\n')[0] || error.name;
}
