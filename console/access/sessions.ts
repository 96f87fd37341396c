import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Settings } from '../../platform/settings/settings.js';
import type { Role } from './visitor.js';

export type ConsoleSettings = Settings['console'];

export interface Session {
  readonly role: Role;
  readonly name: string;
}

const lifeMs = 12 * 3_600_000;
export const sessionSeconds = lifeMs / 1000;

const toldSchema = z.object({ name: z.string(), until: z.number() });

/**
 * A session is a signed text in a cookie: the server keeps none, so a restart logs nobody out. It is signed with the token
 * it was opened with, so another token ends it.
 */
export class Sessions {
  readonly #settings: ConsoleSettings;
  /** Of visitors who have no session: whom a proxy names. */
  readonly #ownKey = randomBytes(32).toString('hex');

  constructor(settings: ConsoleSettings) {
    this.#settings = settings;
  }

  /** @returns undefined for a token that is nobody's. */
  roleOf(token: string): Role | undefined {
    return (['operator', 'viewer'] as const).find((role) => {
      const known = this.#token(role);
      return known !== undefined && isSame(token, known);
    });
  }

  open({ role, name }: Session, now = Date.now()): string {
    const told = Buffer.from(JSON.stringify({ role, name, until: now + lifeMs })).toString('base64url');
    return `${told}.${this.#sign(role, `session ${told}`)}`;
  }

  /** @returns undefined for one that has ended, or was not made here. */
  read(cookie: string, now = Date.now()): Session | undefined {
    const [told = '', signature = ''] = cookie.split('.');
    // The signature says which key it must be, so nothing is read of a text that nobody has signed.
    const role = (['operator', 'viewer'] as const).find(
      (each) => this.#token(each) !== undefined && isSame(signature, this.#sign(each, `session ${told}`)),
    );
    if (role === undefined) return undefined;
    const { name, until } = toldSchema.parse(JSON.parse(Buffer.from(told, 'base64url').toString()));
    return until > now ? { role, name } : undefined;
  }

  /** What a form must carry: it is of this session, or of this user. */
  formToken(of: string): string {
    return createHmac('sha256', `${this.#ownKey}${this.#settings.token?.reveal() ?? ''}`)
      .update(`form ${of}`)
      .digest('base64url');
  }

  #sign(role: Role, text: string): string {
    return createHmac('sha256', this.#token(role) ?? this.#ownKey)
      .update(text)
      .digest('base64url');
  }

  #token(role: Role): string | undefined {
    const { token, viewerToken } = this.#settings;
    return (role === 'operator' ? token : viewerToken)?.reveal();
  }
}

/** In a time that tells nothing of the text. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHmac('sha256', 'compare').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
