import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geteuid } from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import type { ControlFile } from './control-file.js';
import { openControlFile } from './control-file.js';

const control: BridgeControl = {
  ...{ mode: 'off', share: 0, salt: '', version: 3 },
  ...{ at: '2026-01-01T00:00:00.000Z', by: 'ops', why: 'a test' },
};

let parent: string;
let directory: string;
let file: ControlFile;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'control-'));
  directory = join(parent, 'scratch');
  file = openControlFile(directory, 'grading', 'submissions');
  file.write(control);
});
afterEach(() => rmSync(parent, { recursive: true }));

const path = () => join(directory, readdirSync(directory)[0] ?? '');

describe('the file of the setting that was obeyed last', () => {
  it('is read as it was written, and is its owner’s alone', () => {
    expect(file.read()).toEqual(control);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('is not believed where it is a link', () => {
    const elsewhere = join(parent, 'elsewhere');
    const own = path();
    renameSync(own, elsewhere);
    symlinkSync(elsewhere, own);
    expect(file.read()).toBeUndefined();
  });

  it('is not waited for where it is a pipe', () => {
    const own = path();
    rmSync(own);
    execFileSync('sh', ['-c', 'mkfifo "$0"', own]);
    expect(file.read()).toBeUndefined();
  });

  it.runIf(geteuid?.() === 0)("is not believed where it is somebody else's", () => {
    chownSync(path(), 65_534, 65_534);
    expect(file.read()).toBeUndefined();
  });
});
