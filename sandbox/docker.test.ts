import Docker from 'dockerode';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  connectDocker,
  dockerAddress,
  isUnderWay,
  sandboxUnavailable,
  whileDockerAnswers,
  withDockerTimeout,
} from './docker.js';

describe('dockerAddress', () => {
  it('reads the forms of DOCKER_HOST', () => {
    expect(dockerAddress(undefined)).toEqual({ socketPath: '/var/run/docker.sock' });
    expect(dockerAddress('')).toEqual({ socketPath: '/var/run/docker.sock' });
    expect(dockerAddress('unix:///run/other.sock')).toEqual({ socketPath: '/run/other.sock' });
    expect(dockerAddress('tcp://engine:2376')).toEqual({ host: 'engine', port: 2376, protocol: 'http' });
    expect(dockerAddress('tcp://engine')).toEqual({ host: 'engine', port: 2375, protocol: 'http' });
  });

  it.each(['engine', 'ssh://engine', '/var/run/docker.sock'])(
    'refuses %s with the forms it takes',
    (value) => {
      expect(() => dockerAddress(value)).toThrow(/Use unix:\/\/\/var\/run\/docker\.sock or tcp/);
    },
  );
});

describe('connectDocker', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('goes where the address says, whatever DOCKER_HOST does', () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://elsewhere:2375');
    expect(connectDocker({ socketPath: '/run/docker.sock' }).modem).toMatchObject({
      host: undefined,
      socketPath: '/run/docker.sock',
    });
  });
});

describe('sandboxUnavailable', () => {
  const address = { socketPath: '/run/docker.sock' };

  it('says how to start Docker when nothing listens', () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(sandboxUnavailable(error, address).message).toMatch(
      /^Failed to get container from pool: no Docker engine answers at \/run\/docker\.sock.*systemctl start docker/,
    );
  });

  it('says how to be permitted', () => {
    const error = Object.assign(new Error('connect'), { code: 'EACCES' });
    expect(sandboxUnavailable(error, address).message).toContain('usermod -aG docker');
  });

  it.each([
    'unknown or invalid runtime name: runsc',
    'Unknown runtime specified runsc',
    'failed to start shim: failed to resolve runtime path: runtime "io.containerd.runsc.v1" binary not installed',
  ])('says how to get or unset a runtime Docker does not have: %s', (said) => {
    const { message } = sandboxUnavailable(new Error(said), address);
    expect(message).toContain(`SANDBOX_RUNTIME names: ${said}.`);
    expect(message).toContain('docker info --format');
    expect(message).toContain('runsc install');
  });

  it('keeps what Docker said otherwise', () => {
    const error = sandboxUnavailable(new Error('no space left on device'), { host: 'h', port: 1 });
    expect(error.message).toBe('Failed to get container from pool: no space left on device (Docker at h:1)');
  });
});

describe('withDockerTimeout', () => {
  it('names the call that was not answered', async () => {
    await expect(withDockerTimeout(new Promise(() => {}), 'create container', 10)).rejects.toThrow(
      'Docker did not answer within 10 ms (create container)',
    );
  });
});

describe('whileDockerAnswers', () => {
  /** An engine that answers a ping so. */
  const engine = (ping: () => Promise<Buffer>) => Object.assign(new Docker(), { ping });

  it('waits for work that takes many times longer than an answer may', async () => {
    let asked = 0;
    let started: (value: string) => void = () => {};
    const work = new Promise<string>((resolve) => {
      started = resolve;
    });
    const busy = engine(async () => {
      asked += 1;
      if (asked === 3) started('started');
      return Buffer.from('OK');
    });
    expect(await whileDockerAnswers(busy, () => work, 'start container', 5)).toBe('started');
    expect(asked).toBe(3);
  });

  it('leaves no timer behind, however the call ends', async () => {
    const gone = engine(() => Promise.reject(new Error('not asked')));
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await whileDockerAnswers(gone, async () => 'made', 'create container');
    await whileDockerAnswers(gone, () => Promise.reject(new Error('refused')), 'create container').catch(
      () => undefined,
    );
    await withDockerTimeout(Promise.resolve('made'), 'create container', 60_000);
    expect(timers()).toBe(before);
  });

  it('gives up when the engine answers nothing else either', async () => {
    const silent = engine(() => new Promise(() => {}));
    await expect(
      whileDockerAnswers(silent, () => new Promise(() => {}), 'start container', 5),
    ).rejects.toThrow('Docker did not answer within 15 ms (start container)');
  });

  it('throws what the call throws, at once', async () => {
    const gone = engine(() => Promise.reject(new Error('not asked')));
    const refused = Promise.reject(new Error('no such image'));
    await expect(whileDockerAnswers(gone, () => refused, 'create container')).rejects.toThrow(
      'no such image',
    );
  });

  it('makes a call again whose answer was lost, and takes the first answer to any of them', async () => {
    const alive = engine(async () => Buffer.from('OK'));
    const asked: boolean[] = [];
    const lost = async (isAgain: boolean) => {
      asked.push(isAgain);
      if (asked.length === 2) return isUnderWay;
      return asked.length === 3 ? 'removed' : new Promise<string>(() => {});
    };
    expect(await whileDockerAnswers(alive, lost, 'remove container', 5)).toBe('removed');
    expect(asked).toEqual([false, true, true]);
  });
});
