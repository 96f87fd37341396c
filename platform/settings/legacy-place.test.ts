import { expect, test } from 'vitest';
import { loadSettings } from './settings.js';
import { SettingsError } from './settings-error.js';

test.each([
  [{}, 'grading_queue.legacy'],
  [{ RABBITMQ_QUEUE: 'q' }, 'q.legacy'],
  [{ LEGACY_QUEUE: 'old' }, 'old'],
  [{ LEGACY_AMQP_URL: 'amqp://other/' }, 'grading_queue'],
  [{ LEGACY_AMQP_URL: 'amqp://localhost:5673/', RABBITMQ_QUEUE: 'q' }, 'q'],
  [{ LEGACY_AMQP_URL: 'amqp://localhost/legacy' }, 'grading_queue'],
  [{ LEGACY_AMQP_URL: 'amqp://localhost/', LEGACY_QUEUE: 'old' }, 'old'],
])('%j: the legacy workers read %s', (env, queue) => {
  expect(loadSettings(env).legacyQueue).toBe(queue);
});

test.each([
  { LEGACY_QUEUE: 'grading_queue' },
  { LEGACY_AMQP_URL: 'amqp://localhost/' },
  { LEGACY_AMQP_URL: 'amqp://u:p@127.0.0.1:5672' },
  { AMQP_URL: 'amqp://h/%2F', LEGACY_AMQP_URL: 'amqp://h/' },
])('%j would forward to itself, and is refused', (env) => {
  expect(() => loadSettings(env)).toThrow(SettingsError);
  expect(() => loadSettings(env)).toThrow(/forward to itself/);
});
