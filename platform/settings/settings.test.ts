import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadSettings } from './settings.js';
import { SettingsError } from './settings-error.js';
import { renderEnvExample, renderSettingsPage, settingsTable } from './settings-table.js';

const contractDefaults = {
  RABBITMQ_HOST: 'localhost',
  RABBITMQ_QUEUE: 'grading_queue',
  DATABASE_URL: 'postgresql://postgres:postgres@localhost:5432/code_grader?sslmode=disable',
  BACKEND_API_URL: 'http://localhost:5000',
  DOCKER_IMAGE: 'cpp-grader-env',
  CONTAINER_POOL_SIZE: '3',
  DEFAULT_TIME_LIMIT: '1000',
  DEFAULT_MEMORY_LIMIT: '256000',
  TEMP_DIR: '/tmp/grader',
};

describe('settings', () => {
  test('have the names and defaults of the contract', () => {
    const defaults = Object.fromEntries(settingsTable().map((setting) => [setting.name, setting.default]));
    expect(defaults).toMatchObject(contractDefaults);
  });

  test('an empty environment and the contract written out give the same settings', () => {
    const plain = (env: NodeJS.ProcessEnv): string => inspect(loadSettings(env), { depth: 5 });
    expect(plain({})).toBe(plain(contractDefaults));
    expect(loadSettings({}).databaseUrl.reveal()).toBe(contractDefaults.DATABASE_URL);
  });

  test('an existing .env with other variables and empty values is taken as it is', () => {
    const settings = loadSettings({
      ...contractDefaults,
      JWT_SECRET: 'x',
      GRADING_PROFILE: '',
      HOST_ID: ' ',
    });
    expect(settings.gradingProfile).toBe('python');
    expect(settings.hostId).not.toBe('');
  });

  test.each([
    ['broker', 'amqp://guest:guest@broker:5672/'],
    ['broker:5673', 'amqp://guest:guest@broker:5673/'],
    ['10.0.0.7', 'amqp://guest:guest@10.0.0.7:5672/'],
    ['[::1]:5673', 'amqp://guest:guest@[::1]:5673/'],
  ])('RABBITMQ_HOST=%s means %s', (host, url) => {
    expect(loadSettings({ RABBITMQ_HOST: host }).amqpUrl.reveal()).toBe(url);
  });

  test('AMQP_URL replaces RABBITMQ_HOST', () => {
    const url = 'amqps://u:p%40ss@broker/vhost';
    expect(loadSettings({ RABBITMQ_HOST: 'other', AMQP_URL: url }).amqpUrl.reveal()).toBe(url);
  });

  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
  ])('a duration of %s is %i ms', (text, ms) => {
    expect(loadSettings({ SHUTDOWN_GRACE: text }).shutdownGraceMs).toBe(ms);
  });

  test('every bad variable is listed with what was seen, what is expected and the fix', () => {
    const bad = {
      CONTAINER_POOL_SIZE: 'three',
      GRADING_DEADLINE: '30',
      BACKEND_API_URL: 'backend:5000',
      BACKEND_RESULT_PATH: '/result',
      RABBITMQ_HOST: 'amqp://broker',
      GRADING_PROFILE: 'pyhton',
    };
    const error = errorOf(bad);
    expect([...error.variables].sort()).toEqual(Object.keys(bad).sort());
    expect(error.message).toContain(
      'CONTAINER_POOL_SIZE is "three"; expected a whole number from 1 to 256. Write CONTAINER_POOL_SIZE=3, or unset it.',
    );
    expect(error.message).toContain('GRADING_PROFILE is "pyhton"; expected one of python, go, strict.');
  });

  test('a wrong sslmode is named without the password', () => {
    const error = errorOf({ DATABASE_URL: 'postgresql://u:s3cret@db/x?sslmode=on' });
    expect(error.message).toContain('sslmode to be one of disable, allow, prefer');
    expect(error.message).not.toContain('s3cret');
  });

  test.each([
    { DATABASE_URL: 'mysql://u:s3cret@db/x' },
    { AMQP_URL: 'http://u:s3cret@db/x' },
    { AMQP_URL: 'amqp://u:s3cr@et#s3cret@db/x' },
    { BACKEND_API_URL: 'ftp://u:s3cret@db/x' },
    { DATABASE_URL: 'host=db dbname=x password=s3cret' },
    { AMQP_URL: `http://u:'s3cret s3cret@db/x` },
  ])('a bad value is shown without its password: %o', (env) => {
    expect(errorOf(env).message).not.toContain('s3cret');
  });

  test.each([
    ['INFO', 'info'],
    ['Warning', 'warn'],
    ['CRITICAL', 'error'],
  ])('LOG_LEVEL=%s, as the .env of a Python service has it, is %s', (text, level) => {
    expect(loadSettings({ LOG_LEVEL: text }).logLevel).toBe(level);
  });

  test('a word of a choice counts in any case', () => {
    expect(loadSettings({ SWEEP: 'Start', LOCAL_TESTS: 'False' })).toMatchObject({
      sweepMode: 'start',
      localTests: false,
    });
  });

  test.each(['http://h:5000/?x=1', 'http://h:5000#x', 'http://h:5000/ x'])(
    'a base address to which no path can be added is refused: %s',
    (url) => expect(errorOf({ BACKEND_API_URL: url }).message).toContain('without ?, # and blanks'),
  );

  test('no way of printing settings shows a secret', () => {
    const settings = loadSettings({
      DATABASE_URL: 'postgresql://u:s3cret@db:5432/x?password=s3cret',
      AMQP_URL: 'amqp://u:s3cret@broker/',
      BACKEND_API_URL: 'http://u:s3cret@backend',
      TEMPORAL_API_KEY: 's3cret',
    });
    const printed = [
      JSON.stringify(settings),
      inspect(settings, { depth: 9, showHidden: true }),
      String(settings.amqpUrl),
    ];
    expect(printed.join('\n')).not.toContain('s3cret');
    expect(JSON.stringify(settings.amqpUrl)).toBe('"amqp://u:***@broker/"');
    expect(settings.temporal.apiKey?.reveal()).toBe('s3cret');
  });

  test('TLS to Temporal is on with a key or certificate, unless it is said otherwise', () => {
    const tls = (env: NodeJS.ProcessEnv): boolean => loadSettings(env).temporal.tls;
    expect(tls({})).toBe(false);
    expect(tls({ TEMPORAL_API_KEY: 'k' })).toBe(true);
    expect(tls({ TEMPORAL_TLS_CA: '/ca.pem' })).toBe(true);
    expect(tls({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' })).toBe(false);
  });
});

describe('the printed forms of the schema', () => {
  test('name every setting, described', () => {
    for (const setting of settingsTable()) {
      expect(setting.description.length, setting.name).toBeGreaterThan(15);
      expect(renderSettingsPage()).toContain(`- \`${setting.name}\``);
    }
  });

  test('.env.example changes nothing as it is, and every example in it is valid', () => {
    const lines = renderEnvExample().split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
    const examples = lines.flatMap((line) => /^#([A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
    const env: NodeJS.ProcessEnv = {};
    for (let index = 0; index < examples.length; index += 2)
      env[String(examples[index])] = examples[index + 1];
    expect(() => loadSettings(env)).not.toThrow();
  });
});

function errorOf(env: NodeJS.ProcessEnv): SettingsError {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('expected a SettingsError');
}

test('prints the values of a choice and the bounds of a number beside each setting', () => {
  const lines = renderSettingsPage().split('\n');
  const line = (name: string) => lines.find((each) => each.startsWith(`- \`${name}\``));
  expect(line('GRADING_PROFILE')).toContain('Values: one of python, go, strict.');
  expect(line('CONTAINER_POOL_SIZE')).toContain('Values: a whole number from 1 to 256.');
  expect(line('LEASE_TTL')).toContain(', at least 10s.');
});
