import type { FastifyRequest } from 'fastify';
import type { ConsoleSettings, Sessions } from './sessions.js';
import type { Visitor } from './visitor.js';

export const sessionCookie = 'grader_console';
export const maxNameLength = 80;

/** @returns who asks; undefined for somebody who may see nothing. */
export function identify(
  request: FastifyRequest,
  settings: ConsoleSettings,
  sessions: Sessions,
): Visitor | undefined {
  return (
    ofBearer(request, sessions) ??
    ofProxy(request, settings, sessions) ??
    ofSession(request, sessions) ??
    guest(request, settings)
  );
}

/** What a program sends. */
export function bearerToken({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
}

/** A program's. A token that is nobody's makes a guest of it. */
function ofBearer(request: FastifyRequest, sessions: Sessions): Visitor | undefined {
  const { headers } = request;
  const token = bearerToken(request);
  const role = token === undefined ? undefined : sessions.roleOf(token);
  if (role === undefined) return undefined;
  return { role, name: nameOf(headers['x-user']) ?? `token of ${role}`, by: 'bearer', formToken: '' };
}

function ofProxy(
  { headers }: FastifyRequest,
  { userHeader, operators = [] }: ConsoleSettings,
  sessions: Sessions,
): Visitor | undefined {
  const name = userHeader === undefined ? undefined : nameOf(headers[userHeader]);
  if (name === undefined) return undefined;
  const role = operators.includes(name) ? 'operator' : 'viewer';
  return { role, name, by: 'proxy', formToken: sessions.formToken(`user ${name}`) };
}

function ofSession({ headers }: FastifyRequest, sessions: Sessions): Visitor | undefined {
  const cookie = cookieOf(headers.cookie ?? '');
  const session = cookie === undefined ? undefined : sessions.read(cookie);
  if (cookie === undefined || session === undefined) return undefined;
  return { ...session, by: 'session', formToken: sessions.formToken(`session ${cookie}`) };
}

/**
 * Only on the loopback, and under its name: a page of the web whose own name was made to lead here would read the figures
 * in its visitor's browser.
 */
function guest({ headers }: FastifyRequest, { host }: ConsoleSettings): Visitor | undefined {
  const isOurs = isLoopback(host) && isLoopback((headers.host ?? '').replace(/:\d+$/, ''));
  return isOurs ? { role: 'guest', name: undefined, by: 'nothing', formToken: '' } : undefined;
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

function cookieOf(header: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === sessionCookie)?.[1];
}

function nameOf(header: string | string[] | undefined): string | undefined {
  const name = (Array.isArray(header) ? header[0] : header)?.trim().slice(0, maxNameLength);
  return name === '' ? undefined : name;
}
