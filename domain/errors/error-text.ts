/**
 * What an unknown error says to a person: its message, then what its causes add. Never empty.
 *
 * Where a name has several addresses, connecting fails with one error for each and no message of its own.
 */
export function errorText(error: unknown): string {
  return textOf(error, maxCauses);
}

/** The first line of it, for use inside a sentence. */
export function errorLine(error: unknown): string {
  return errorText(error).trimStart().split(/\r?\n/, 1)[0] ?? '';
}

/** Causes may go round in a circle. */
const maxCauses = 8;

function textOf(error: unknown, causesLeft: number): string {
  if (!isErrorLike(error)) return textOfOther(error);
  const own = [error.message, ...(causesLeft === 0 ? [] : [textOfParts(error.errors, causesLeft - 1)])]
    .filter((part) => part.trim() !== '')
    .join(': ');
  const text = own || codeOrName(error);
  if (causesLeft === 0 || error.cause === undefined || error.cause === null) return text;
  const cause = textOf(error.cause, causesLeft - 1);
  return text.includes(cause) ? text : `${text}: ${cause}`;
}

interface ErrorLike {
  readonly message: string;
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError. */
  readonly errors?: unknown;
}

/** Not by class: an error of another realm, such as the workflow sandbox, is no instance of this one's Error. */
function isErrorLike(error: unknown): error is ErrorLike {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  );
}

function textOfParts(errors: unknown, causesLeft: number): string {
  return Array.isArray(errors) ? errors.map((each) => textOf(each, causesLeft)).join(', ') : '';
}

function codeOrName({ code, name }: ErrorLike): string {
  if ((typeof code === 'string' && code !== '') || typeof code === 'number') return String(code);
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

function textOfOther(value: unknown): string {
  if (typeof value === 'string') return value || '(empty)';
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? Object.prototype.toString.call(value);
  } catch {
    // A circle, a bigint, or a toJSON that throws.
    return Object.prototype.toString.call(value);
  }
}
