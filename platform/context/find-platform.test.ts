import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UsageError } from '../terminal/usage-error.js';

/** Stands for the installation, so that this checkout's own platform is not met. */
const root = vi.hoisted(() => ({ path: '' }));
vi.mock('../process/installation-root.js', () => ({
  get installationRoot() {
    return root.path;
  },
}));

let home: string;
beforeEach(() => {
  root.path = mkdtempSync(join(tmpdir(), 'grader-root-'));
  home = mkdtempSync(join(tmpdir(), 'grader-home-'));
  vi.spyOn(process, 'cwd').mockReturnValue(home);
  vi.resetModules();
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const directory of [root.path, home]) rmSync(directory, { recursive: true, force: true });
});

const demo = {
  DATABASE_URL: 'postgresql://demo@127.0.0.1:1/demo',
  AMQP_URL: 'amqp://127.0.0.1:2/',
  RABBITMQ_QUEUE: 'q',
};
const school = { DATABASE_URL: 'postgresql://school@db/school', TEMPORAL_ADDRESS: 'temporal:7233' };

function write(path: string, contexts: object, current?: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify({ version: 1, current, contexts }));
}
const started = (current?: string) =>
  write(join(root.path, '.local/contexts.json'), { demo: { settings: demo } }, current);
const kept = (current?: string) =>
  write(join(home, '.config/grader/contexts.json'), { school: { settings: school } }, current);

async function find(environment: NodeJS.ProcessEnv = {}) {
  const { findPlatform } = await import('./find-platform.js');
  const { name, environment: found } = findPlatform({ HOME: home, ...environment });
  return { name, database: found.DATABASE_URL, queue: found.RABBITMQ_QUEUE };
}

it('speaks of the defaults where there is nothing else', async () => {
  expect(await find()).toEqual({ name: 'defaults', database: undefined, queue: undefined });
});

it('finds the platform started here, with nothing exported', async () => {
  started('demo');
  expect(await find()).toEqual({ name: 'demo', database: demo.DATABASE_URL, queue: 'q' });
});

it('prefers a context chosen by use, then the file .env, then the environment, then --context', async () => {
  started('demo');
  kept('school');
  expect((await find()).name).toBe('school');
  writeFileSync(join(home, '.env'), 'DATABASE_URL=postgresql://file/file\n');
  expect(await find()).toMatchObject({ name: '.env', database: 'postgresql://file/file' });
  const environment = { DATABASE_URL: 'postgresql://shell/shell' };
  expect(await find(environment)).toMatchObject({
    name: 'environment',
    database: 'postgresql://shell/shell',
  });
  expect(await find({ ...environment, GRADER_CONTEXT: 'demo' })).toMatchObject({
    name: 'demo',
    database: demo.DATABASE_URL,
  });
});

it('never mixes the addresses of two platforms', async () => {
  started('demo');
  expect(await find({ TEMPORAL_ADDRESS: 'production:7233' })).toEqual({
    name: 'environment',
    database: undefined,
    queue: undefined,
  });
});

it('takes the platform where the environment names the same one, and other settings beside it', async () => {
  started('demo');
  expect(await find({ DATABASE_URL: demo.DATABASE_URL, RABBITMQ_QUEUE: 'other' })).toEqual({
    name: 'demo',
    database: demo.DATABASE_URL,
    queue: 'other',
  });
});

it('chooses a platform started here by its name', async () => {
  started();
  kept('demo');
  expect((await find()).name).toBe('demo');
  started();
  rmSync(join(root.path, '.local'), { recursive: true });
  expect((await find()).name).toBe('defaults');
});

it('names the contexts there are when asked for another one', async () => {
  started('demo');
  kept();
  await expect(find({ GRADER_CONTEXT: 'scool' })).rejects.toThrow(
    'There is no context "scool". There are: school, demo. See: grader context list',
  );
  // The class of this module graph, which was loaded anew.
  await expect(find({ GRADER_CONTEXT: 'scool' })).rejects.toHaveProperty('name', UsageError.name);
});

it('falls back to the file .env of the installation', async () => {
  writeFileSync(join(root.path, '.env'), 'DATABASE_URL=postgresql://file/file\n');
  expect(await find()).toMatchObject({ name: '.env', database: 'postgresql://file/file' });
});

it('says which file of contexts makes no sense', async () => {
  mkdirSync(join(root.path, '.local'));
  writeFileSync(join(root.path, '.local/contexts.json'), '{');
  await expect(find()).rejects.toThrow(/contexts\.json does not have the form of a file of contexts\./);
});
