import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceRecord } from './state.js';
import { openState } from './state.js';

const record: ServiceRecord = {
  strategy: 'private cluster',
  address: '127.0.0.1:20001',
  ports: { postgres: 20001 },
  processes: [{ name: 'postgres', pid: 42, startTicks: 7, stopSignal: 'SIGINT' }],
  outsideDirectories: [],
};

describe('the state file', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'grader-state-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('gives back what another process wrote, and is readable by its owner only', () => {
    const path = join(directory, '.local', 'state.json');
    openState(path).put('postgres', record);
    expect(openState(path).service('postgres')).toEqual(record);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, '.local'))).toEqual(['state.json']);
  });

  it('forgets a removed service', () => {
    const path = join(directory, 'state.json');
    const state = openState(path);
    state.put('postgres', record);
    state.remove('postgres');
    expect(openState(path).names()).toEqual([]);
  });

  it('refuses a file it cannot understand instead of forgetting what runs', () => {
    const path = join(directory, 'state.json');
    writeFileSync(path, '{"version":1,"services":{"postgres":{}}}');
    expect(() => openState(path)).toThrow(/does not have the form/);
  });
});
