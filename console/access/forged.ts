import type { FastifyRequest } from 'fastify';
import { isSame } from './sessions.js';
import type { Visitor } from './visitor.js';

/**
 * Whether another site may have made the visitor's browser send this. A form carries a token that no other site can read, and
 * browsers say where a request comes from.
 * @returns why, or undefined.
 */
export function forgedReason(
  { headers }: Pick<FastifyRequest, 'headers'>,
  visitor: Pick<Visitor, 'by' | 'formToken'>,
  formToken: string,
): string | undefined {
  // No browser adds that by itself.
  if (visitor.by === 'bearer') return undefined;
  return (
    fromElsewhere(headers) ??
    (isSame(formToken, visitor.formToken) ? undefined : 'The form is too old, or not of this session')
  );
}

/** For forms that are sent before there is a session, too. */
export function fromElsewhere(headers: FastifyRequest['headers']): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? undefined : 'The request comes from another site';
  const { origin, host } = headers;
  if (origin === undefined) return undefined;
  return hostOf(origin) === host ? undefined : 'The request comes from another site';
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
