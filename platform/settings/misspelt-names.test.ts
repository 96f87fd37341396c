import { expect, test } from 'vitest';
import { misspeltNames } from './misspelt-names.js';
import { loadSettings } from './settings.js';

test.each([
  ['TEMPORAL_ADDRES', 'TEMPORAL_ADDRESS'],
  ['TEMPROAL_ADDRESS', 'TEMPORAL_ADDRESS'],
  ['RABBITMQ_QUEUES', 'RABBITMQ_QUEUE'],
  ['AMPQ_URL', 'AMQP_URL'],
  ['database_url', 'DATABASE_URL'],
  ['DATABASEURL', 'DATABASE_URL'],
  ['BACKEND-API-URL', 'BACKEND_API_URL'],
])('%s is taken for %s, and told', (name, meant) => {
  const said = [`${name} is no setting, and is not read. ${meant} is one, and is not set.`];
  expect(misspeltNames({ [name]: 'x' })).toEqual(said);
  expect(loadSettings({ [name]: 'x' }).doubts).toEqual(said);
});

test.each([
  {
    PATH: '/bin',
    HOME: '/root',
    HOST_IP: '10.0.0.1',
    TMPDIR: '/tmp',
    RABBITMQ_PORT: '5672',
    JWT_SECRET: 'x',
  },
  { DATABASE_URI: 'x', DATABASE_URL: 'postgresql://u:p@h/x' },
  { TEMPORAL_ADDRES: '' },
])('nobody is told of what others read, or of what changes nothing: %j', (env) => {
  expect(misspeltNames(env)).toEqual([]);
});
