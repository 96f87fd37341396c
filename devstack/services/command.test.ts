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

describe('the environment of a service', () => {
  it("has the proxy and the authorities of the machine, and none of the caller's own settings", () => {
    const environment = serviceEnvironment(
      { PATH: '/bin', https_proxy: 'http://p', PGDATA: '/x', RABBITMQ_HOST: 'h', SSL_CERT_FILE: '/c' },
      { MORE: '1' },
    );
    expect(Object.keys(environment).sort()).toEqual(['LANG', 'MORE', 'PATH', 'SSL_CERT_FILE', 'https_proxy']);
  });

  it('looks for programs in the directories of the administrator too', () => {
    expect(findProgram('sh', { PATH: '/nowhere' })).toBeUndefined();
    expect(findProgram('chroot', { PATH: '/nowhere' })).toMatch(/chroot$/);
  });
});
