import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NotThereError } from '../terminal/usage-error.js';
import { findPlatform } from './find-platform.js';

let home: string;
/** Stands for the installation, so that this checkout's own platform is not met. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'grader-root-'));
  home = mkdtempSync(join(tmpdir(), 'grader-home-'));
});
afterEach(() => {
  for (const directory of [root, home]) rmSync(directory, { recursive: true, force: true });
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
  write(join(root, '.local/contexts.json'), { demo: { settings: demo } }, current);
const kept = (current?: string) =>
  write(join(home, '.config/grader/contexts.json'), { school: { settings: school } }, current);

function find(environment: NodeJS.ProcessEnv = {}) {
  const places = { workingDirectory: home, installation: root };
  const { name, environment: found } = findPlatform({ HOME: home, ...environment }, places);
  return { name, database: found.DATABASE_URL, queue: found.RABBITMQ_QUEUE };
}

it('speaks of the defaults where there is nothing else', () => {
  expect(find()).toEqual({ name: 'defaults', database: undefined, queue: undefined });
});

it('finds the platform started here, with nothing exported', () => {
  started('demo');
  expect(find()).toEqual({ name: 'demo', database: demo.DATABASE_URL, queue: 'q' });
});

it('prefers a context chosen by use, then the file .env, then the environment, then --context', () => {
  started('demo');
  kept('school');
  expect(find().name).toBe('school');
  writeFileSync(join(home, '.env'), 'DATABASE_URL=postgresql://file/file\n');
  expect(find()).toMatchObject({ name: '.env', database: 'postgresql://file/file' });
  const environment = { DATABASE_URL: 'postgresql://shell/shell' };
  expect(find(environment)).toMatchObject({
    name: 'environment',
    database: 'postgresql://shell/shell',
  });
  expect(find({ ...environment, GRADER_CONTEXT: 'demo' })).toMatchObject({
    name: 'demo',
    database: demo.DATABASE_URL,
  });
});

it('never mixes the addresses of two platforms', () => {
  started('demo');
  expect(find({ TEMPORAL_ADDRESS: 'production:7233' })).toEqual({
    name: 'environment',
    database: undefined,
    queue: undefined,
  });
});

it('takes the platform where the environment names the same one, and other settings beside it', () => {
  started('demo');
  expect(find({ DATABASE_URL: demo.DATABASE_URL, RABBITMQ_QUEUE: 'other' })).toEqual({
    name: 'demo',
    database: demo.DATABASE_URL,
    queue: 'other',
  });
});

it('chooses a platform started here by its name', () => {
  started();
  kept('demo');
  expect(find().name).toBe('demo');
  started();
  rmSync(join(root, '.local'), { recursive: true });
  expect(find().name).toBe('defaults');
});

it('says where somebody else has started a platform that only he may find', () => {
  started('demo');
  const asked = () => findPlatform({ HOME: '/nonexistent' }, { workingDirectory: '/', installation: root });
  expect(asked()).toMatchObject({ name: 'demo', notes: [] });
  asOther(root, () => {
    const { name, notes } = asked();
    expect(name).toBe('defaults');
    expect(notes).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${root} has a platform that another user started, .* To speak of it: sudo (-u '#\\d+' )?${root}/grader `,
        ),
      ),
    ]);
  });
});

/** As a user who may enter the directory and read nothing of it. */
function asOther(directory: string, work: () => void): void {
  chmodSync(directory, 0o711);
  chmodSync(join(directory, '.local/contexts.json'), 0o000);
  const us = process.geteuid?.();
  if (us === 0) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (us === 0) process.seteuid?.(0);
  }
}

it('names the contexts there are when asked for another one', () => {
  started('demo');
  kept();
  expect(() => find({ GRADER_CONTEXT: 'scool' })).toThrow(
    new NotThereError('There is no context "scool". There are: school, demo. See: grader context list'),
  );
});

it('falls back to the file .env of the installation', () => {
  writeFileSync(join(root, '.env'), 'DATABASE_URL=postgresql://file/file\n');
  expect(find()).toMatchObject({ name: '.env', database: 'postgresql://file/file' });
});

it('says which file of contexts makes no sense', () => {
  mkdirSync(join(root, '.local'));
  writeFileSync(join(root, '.local/contexts.json'), '{');
  expect(() => find()).toThrow(/contexts\.json does not have the form of a file of contexts\./);
});

it('says that the directory is gone in which a command is called', () => {
  const before = process.cwd();
  const gone = mkdtempSync(join(tmpdir(), 'grader-gone-'));
  process.chdir(gone);
  rmSync(gone, { recursive: true });
  try {
    expect(() => findPlatform({})).toThrow(/directory this was started in is gone/);
  } finally {
    process.chdir(before);
  }
});
