import { expect, test } from 'vitest';
import { managementApi } from '../amqp/management-api.js';
import { createBackendClient } from '../backend/backend-client.js';
import { Secret } from './secret.js';
import { loadSettings } from './settings.js';
import { decodedPart } from './url-part.js';

test.each([
  ['p%40ss', 'p@ss'],
  ['100%', '100%'],
  ['p%sw%40', 'p%sw%40'],
  ['', ''],
])('a part of an address that was written as %s means %s', (written, meant) => {
  expect(decodedPart(written)).toBe(meant);
});

test('a password with a bare % in it stops nobody who connects by it', () => {
  const url = new Secret('http://u:50%@backend');
  expect(() => createBackendClient({ baseUrl: url, resultPath: '/{submission_id}' })).not.toThrow();
  const broker = new Secret('amqp://u:50%@broker/%zz');
  expect(managementApi(broker, undefined)).toMatchObject({
    authorization: `Basic ${Buffer.from('u:50%').toString('base64')}`,
    vhost: '%zz',
  });
  expect(loadSettings({ AMQP_URL: broker.reveal(), LEGACY_AMQP_URL: 'amqp://other/%zz' }).legacyQueue).toBe(
    'grading_queue',
  );
});
