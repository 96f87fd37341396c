/** The caller's fault: the message says what is wrong and what to write instead. Exit status 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** What was named is not there, or not any more. */
export class NotThereError extends UsageError {
  override readonly name = 'NotThereError';
}
