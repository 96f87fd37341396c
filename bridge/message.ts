import { z } from 'zod';
import { errorText } from '../domain/errors/error-text.js';

/** Why a message cannot be graded, as in the header `x-quarantine-reason`. */
export type QuarantineReason =
  | 'too-large'
  | 'not-json'
  | 'not-an-object'
  | 'no-submission-id'
  | 'invalid-submission-id'
  | 'no-such-submission'
  /** Its properties are larger than may be sent, or of a kind that cannot be. */
  | 'cannot-be-forwarded';

export type ParsedMessage =
  | { readonly kind: 'submission'; readonly submissionId: number }
  | { readonly kind: 'bad'; readonly reason: QuarantineReason; readonly detail: string };

/** A real message has about 25 bytes; other fields may come, megabytes will not. */
const maximumBodyBytes = 64 * 1024;

const bodySchema = z.object({ submission_id: z.int().positive() });

/** The body of a queue message, `{"submission_id": 123}` (contract §2). Other fields are left alone. */
export function parseMessage(body: Uint8Array): ParsedMessage {
  if (body.byteLength > maximumBodyBytes) {
    return bad('too-large', `${body.byteLength} bytes; at most ${maximumBodyBytes} are read`);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    return bad('not-json', errorText(error));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad('not-an-object', `the body is ${nameOf(value)}; expected {"submission_id": 123}`);
  }
  if (!('submission_id' in value)) {
    return bad(
      'no-submission-id',
      `the body has ${Object.keys(value).join(', ') || 'no fields'}; expected submission_id`,
    );
  }
  const parsed = bodySchema.safeParse(value);
  if (parsed.success) return { kind: 'submission', submissionId: parsed.data.submission_id };
  return bad(
    'invalid-submission-id',
    `submission_id is ${shown(value.submission_id)}; expected a positive whole number up to ${Number.MAX_SAFE_INTEGER}`,
  );
}

function bad(reason: QuarantineReason, detail: string): ParsedMessage {
  return { kind: 'bad', reason, detail: detail.length > 300 ? `${detail.slice(0, 300)}…` : detail };
}

/** Not what is inside: writing thousands of nested arrays takes more stack than there is, where reading them does not. */
function shown(value: unknown): string {
  if (typeof value === 'object') return nameOf(value);
  // 1e400 is read as Infinity, which JSON would call null.
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `a ${typeof value}`;
}
