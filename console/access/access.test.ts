import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { RecentBridges } from '../../cli/bridges/recent-bridges.js';
import type { CommandContext } from '../../cli/context.js';
import { createLogger } from '../../platform/process/logger.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { consoleActions, createConsole } from '../console.js';
import { QuarantineDesk } from '../quarantine-desk.js';

const operatorToken = 'a-token-of-operators';
const viewerToken = 'a-token-of-viewers-x';
const stop = new AbortController();
afterAll(() => stop.abort());

/** Whatever gets past the guards finds nothing to work on. */
function contextWith(environment: Record<string, string>): CommandContext {
  const settings = loadSettings({
    CONSOLE_TOKEN: operatorToken,
    CONSOLE_VIEWER_TOKEN: viewerToken,
    ...environment,
  });
  const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
  const nothing = () => {
    throw new Error('past the guards');
  };
  return {
    settings,
    log,
    platform: 'test',
    broker: nothing,
    legacyBroker: nothing,
    get temporal() {
      return nothing();
    },
    get database() {
      return nothing();
    },
  } as unknown as CommandContext;
}

function consoleWith(environment: Record<string, string> = {}): FastifyInstance {
  return createConsole(contextWith(environment), stop.signal);
}

const app = consoleWith();
const context = contextWith({});
const actions = consoleActions(context, new QuarantineDesk(context), new RecentBridges()).map(
  ({ path }) => path,
);
const form = 'id=1&why=test&message=m&verb=pause&mode=off&share=&plan=x';
const headers = { host: 'localhost:8090', 'content-type': 'application/x-www-form-urlencoded' };

async function signedIn(token: string): Promise<{ cookie: string; formToken: string }> {
  const answer = await app.inject({
    method: 'POST',
    url: '/login',
    headers,
    payload: `token=${token}&name=alice`,
  });
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  const page = await app.inject({ url: '/login', headers: { ...headers, cookie } });
  return { cookie, formToken: /name="formToken" value="([^"]+)"/.exec(page.body)?.[1] ?? '' };
}

function post(
  url: string,
  more: Pick<InjectOptions, 'payload' | 'remoteAddress'> & { headers?: Record<string, string> } = {},
) {
  return app.inject({
    method: 'POST',
    url,
    payload: more.payload ?? form,
    headers: { ...headers, ...more.headers },
    remoteAddress: more.remoteAddress ?? nextAddress(),
  });
}

let addresses = 0;
/** Each request's own: too many wrong tokens of one are refused. */
function nextAddress(): string {
  addresses += 1;
  return `10.0.${addresses >> 8}.${addresses & 255}`;
}

test('there are actions', () => expect(actions.length).toBeGreaterThan(8));

describe.each(actions)('%s is refused', (url) => {
  test('to a guest, with 401', async () => expect((await post(url)).statusCode).toBe(401));

  test('to a token that is nobody’s, with 401', async () => {
    expect((await post(url, { headers: { authorization: 'Bearer wrong-wrong-wrong' } })).statusCode).toBe(
      401,
    );
  });

  test('to a viewer, with 403', async () => {
    expect((await post(url, { headers: { authorization: `Bearer ${viewerToken}` } })).statusCode).toBe(403);
  });

  test('to an operator whose form has no token, or is sent by another site, with 403', async () => {
    const { cookie, formToken } = await signedIn(operatorToken);
    expect((await post(url, { headers: { cookie } })).statusCode).toBe(403);
    const payload = `${form}&formToken=${encodeURIComponent(formToken)}`;
    for (const from of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example' },
    ]) {
      expect(
        (await post(url, { payload, headers: { cookie, ...from } as Record<string, string> })).statusCode,
      ).toBe(403);
    }
  });

  test('by GET', async () => {
    const answer = await app.inject({
      url,
      headers: { ...headers, authorization: `Bearer ${operatorToken}` },
    });
    expect(answer.statusCode).toBe(404);
  });

  test('unless an operator’s own form sends it: that gets past the guards', async () => {
    const { cookie, formToken } = await signedIn(operatorToken);
    const payload = `${form}&formToken=${encodeURIComponent(formToken)}`;
    const answer = await post(url, { payload, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    expect([400, 500, 502]).toContain(answer.statusCode);
  });
});

test.each(['/actions/replay', '/actions/mode', '/actions/requeue', '/actions/cutover'])(
  '%s asks for a reason',
  async (url) => {
    const payload = form.replace('why=test', 'why=');
    const answer = await post(url, { payload, headers: { authorization: `Bearer ${operatorToken}` } });
    expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('say why')]);
  },
);

describe('a session', () => {
  test('that was changed is none', async () => {
    const { cookie } = await signedIn(viewerToken);
    const [name = '', value = ''] = cookie.split('=');
    const told = Buffer.from(
      JSON.stringify({ role: 'operator', name: 'eve', until: Date.now() + 1e9 }),
    ).toString('base64url');
    const forged = `${name}=${told}.${value.split('.')[1]}`;
    expect((await post('/actions/abort', { headers: { cookie: forged } })).statusCode).toBe(401);
  });

  test('is not opened by another site, and leads to no other', async () => {
    const payload = `token=${operatorToken}&name=alice&to=${encodeURIComponent('//evil.example/')}`;
    expect((await post('/login', { payload, headers: { origin: 'http://evil.example' } })).statusCode).toBe(
      403,
    );
    expect((await post('/login', { payload })).headers.location).toBe('/');
  });

  test('has a cookie that scripts do not read and other sites do not send', async () => {
    const answer = await post('/login', { payload: `token=${operatorToken}&name=alice` });
    expect(answer.headers['set-cookie']).toMatch(/; HttpOnly; SameSite=Strict;/);
  });
});

describe('after ten wrong tokens within a minute', () => {
  const right = `token=${operatorToken}&name=alice`;
  const tenTimes = async (send: () => Promise<{ readonly statusCode: number }>, expected: number) => {
    for (let time = 0; time < 10; time += 1) expect((await send()).statusCode).toBe(expected);
  };

  test('a login is refused with 429, whatever the token, and says when to come back; other addresses go on', async () => {
    const remoteAddress = '192.0.2.1';
    await tenTimes(() => post('/login', { payload: 'token=wrong&name=eve', remoteAddress }), 401);
    const refused = await post('/login', { payload: right, remoteAddress });
    expect([refused.statusCode, refused.headers['set-cookie']]).toEqual([429, undefined]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.body).toContain('Too many wrong tokens came from this address');
    const { headers: sent } = await post('/login', { payload: right, remoteAddress: '192.0.2.2' });
    expect(sent['set-cookie']).toContain('grader_console=');
    // Who has a session is not shut out.
    const cookie = String(sent['set-cookie']).split(';')[0] ?? '';
    const open = await app.inject({ url: '/login', headers: { ...headers, cookie }, remoteAddress });
    expect(open.body).toContain('alice, operator');
  });

  test('a program is refused, too, wherever it shows its token', async () => {
    const remoteAddress = '192.0.2.3';
    const as = (token: string, url: string) =>
      post(url, { remoteAddress, headers: { authorization: `Bearer ${token}` } });
    await tenTimes(() => as('wrong-wrong-wrong', '/actions/abort'), 401);
    expect((await as(operatorToken, '/actions/mode')).statusCode).toBe(429);
  });
});

describe('a guest', () => {
  test('is one on the loopback only, under its name', async () => {
    expect((await app.inject({ url: '/nowhere', headers: { host: 'evil.example' } })).statusCode).toBe(404);
    expect((await app.inject({ url: '/', headers: { host: 'evil.example' } })).statusCode).toBe(401);
    expect((await app.inject({ url: '/live/overview', headers: { host: 'evil.example' } })).statusCode).toBe(
      401,
    );
    const open = consoleWith({ CONSOLE_HOST: '0.0.0.0' });
    expect((await open.inject({ url: '/', headers: { host: 'localhost' } })).statusCode).toBe(401);
  });
});

test('a user whom a proxy names is a viewer, or an operator who is named as one', async () => {
  const behind = consoleWith({ CONSOLE_USER_HEADER: 'X-Forwarded-User', CONSOLE_OPERATORS: 'alice, bob' });
  const as = (user: string) =>
    behind.inject({
      method: 'POST',
      url: '/actions/abort',
      payload: form,
      headers: { ...headers, 'x-forwarded-user': user },
    });
  const [carol, bob] = [await as('carol'), await as('bob')];
  expect([carol.statusCode, carol.body]).toEqual([
    403,
    expect.stringContaining('carol is signed in as viewer'),
  ]);
  expect([bob.statusCode, bob.body]).toEqual([
    403,
    expect.stringContaining('too old, or not of this session'),
  ]);
});

test('every answer forbids what is not ours, and every page is free of scripts and styles of its own', async () => {
  for (const url of ['/login', '/nowhere', '/actions/abort', '/assets/console.css', '/cutover']) {
    const { headers: sent, body } = await app.inject({ url, headers });
    expect(sent['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(sent['x-content-type-options']).toBe('nosniff');
    expect(body).not.toMatch(/<script(?! src="\/assets\/)|<style| style="| on[a-z]+="|javascript:/);
  }
});
