import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, prefixed, runCommand, serviceEnvironment } from './command.js';

const options = { environment: { PATH: process.env.PATH ?? '' } };

describe('running a program', () => {
  it('gives its output line by line and as a whole', async () => {
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    const output = await runCommand(['sh', '-c', 'echo one; echo two >&2'], { ...options, onLine });
    expect(output.split('\n').sort()).toEqual(['', 'one', 'two']);
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  it('fails with the status and what it said', async () => {
    const failing = runCommand(['sh', '-c', 'echo the reason; exit 3'], options);
    await expect(failing).rejects.toThrow(/ended with 3:\n {4}the reason/);
    await expect(runCommand(['no-such-program-here'], options)).rejects.toThrow(/ENOENT/);
  });

  it('ends it after the time it was given', async () => {
    await expect(runCommand(['sleep', '30'], { ...options, timeoutMs: 50 })).rejects.toThrow(/SIGKILL/);
  });

  it('puts the words that make it root in front', () => {
    expect(prefixed([], ['apt-get', 'update'])).toEqual(['apt-get', 'update']);
    expect(prefixed(['sudo', '-n'], ['apt-get', 'update'])).toEqual(['sudo', '-n', 'apt-get', 'update']);
  });
});

describe('the lines of a program', () => {
  it('end with a line feed or a carriage return, and may come in pieces', async () => {
    const lines: string[] = [];
    const script = "printf '10%%\\r20%%\\r'; printf 'ha'; sleep 0.1; printf 'lf\\n\\nlast'";
    await runCommand(['sh', '-c', script], { ...options, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['10%', '20%', 'half', 'last']);
  });

  it('come while it runs', async () => {
    const times: number[] = [];
    const beganAt = performance.now();
    await runCommand(['sh', '-c', 'echo now; sleep 1'], {
      ...options,
      onLine: () => times.push(performance.now() - beganAt),
    });
    expect(times).toHaveLength(1);
    expect(performance.now() - beganAt - (times[0] ?? 0)).toBeGreaterThan(500);
  });
});

describe('the environment of a service', () => {
  it("has the proxy and the authorities of the machine, and none of the caller's own settings", () => {
    const environment = serviceEnvironment(
      { PATH: '/bin', https_proxy: 'http://p', PGDATA: '/x', RABBITMQ_HOST: 'h', SSL_CERT_FILE: '/c' },
      { MORE: '1' },
    );
    expect(Object.keys(environment).sort()).toEqual(['LANG', 'MORE', 'PATH', 'SSL_CERT_FILE', 'https_proxy']);
  });

  it('names the test run it belongs to, so that an interrupted one leaves none', () => {
    const run = { GRADER_TEST_SERVICES_FILE: '/run.json' };
    expect(serviceEnvironment(run)).toMatchObject(run);
  });

  it('looks for programs in the directories of the administrator too', () => {
    expect(findProgram('sh', { PATH: '/nowhere' })).toBeUndefined();
    expect(findProgram('chroot', { PATH: '/nowhere' })).toMatch(/chroot$/);
  });

  it('takes no directory for a program', () => {
    const place = mkdtempSync(join(tmpdir(), 'grader-path-'));
    try {
      mkdirSync(join(place, 'temporal'));
      expect(findProgram('temporal', { PATH: place })).toBeUndefined();
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it('follows links to the program itself', () => {
    const place = mkdtempSync(join(tmpdir(), 'grader-path-'));
    try {
      symlinkSync(process.execPath, join(place, 'node-by-link'));
      expect(findProgram('node-by-link', { PATH: place })).toBe(realpathSync(process.execPath));
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
