import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../platform/process/logger.js';
import { loadSettings } from '../platform/settings/settings.js';
import { ConditionError } from '../platform/terminal/condition-error.js';
import { NotThereError, UsageError } from '../platform/terminal/usage-error.js';
import { action, FormError } from './routes.js';
import { createServer } from './server.js';

const token = 'a-token-of-operators';
const authorization = `Bearer ${token}`;

/** A console whose page and action end with this error. */
function failingWith(error: Error) {
  const fail = () => Promise.reject<never>(error);
  return createServer({
    settings: loadSettings({ CONSOLE_TOKEN: token }).console,
    platform: 'test',
    pages: [{ path: '/page', needs: 'guest', read: fail }],
    actions: [action('/actions/act', z.object({}), fail)],
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
  });
}

class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

const service = /a service that is down is grey there/;

test.each([
  ['what is filled in', new FormError('problem: a number'), [400, 400], /Go back, and correct it/],
  [
    'what is filled in, as a command says it',
    new UsageError('a plan'),
    [400, 400],
    /Go back, and correct it/,
  ],
  [
    'what is not there',
    new ConditionError('no submission 9'),
    [404, 409],
    /choose a section|how things are now/,
  ],
  [
    'what a command does not find',
    new NotThereError('no set a'),
    [404, 409],
    /choose a section|how things are now/,
  ],
  ['a service', new ServiceError('RabbitMQ does not answer'), [502, 502], service],
  ['a defect', new TypeError('x is undefined'), [500, 500], /it is a defect/],
])(
  'an error page about %s says what to do, and nothing of services that are well',
  async (_what, error, [asked, sent], next) => {
    const app = failingWith(error);
    const headers = { host: 'localhost', authorization };
    const page = await app.inject({ url: '/page', headers });
    const act = await app.inject({ method: 'POST', url: '/actions/act', headers });
    expect([page.statusCode, act.statusCode]).toEqual([asked, sent]);
    for (const { body } of [page, act]) {
      expect(body).toContain(error.message);
      expect(body).toMatch(next);
      if (page.statusCode < 500) expect(body).not.toMatch(service);
    }
  },
);

test('an address that is none leads back', async () => {
  const app = failingWith(new Error('not asked'));
  const { statusCode, body } = await app.inject({ url: '/nowhere', headers: { host: 'localhost' } });
  expect(statusCode).toBe(404);
  expect(body).toMatch(/There is no such page[\s\S]*<a href="\/">Overview<\/a>/);
});
