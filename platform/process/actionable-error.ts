/**
 * An error made for the person at the terminal: the message says what happened and why, `remedy` the next command or
 * step. Our own fault or the machine's, never a submission's.
 */
export class ActionableError extends Error {
  override readonly name: string = 'ActionableError';
  readonly remedy: string | undefined;

  constructor(message: string, options: { readonly remedy?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.remedy = options.remedy;
  }
}
