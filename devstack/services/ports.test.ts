import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { choosePorts, isListening, listeningSockets } from './ports.js';

const free = async () => true;

describe('the choice of ports', () => {
  it('depends on the checkout, and gives each purpose its own', async () => {
    expect(await choosePorts(['a', 'b'], {}, '00000010', free)).toEqual({ a: 20_016, b: 20_017 });
  });

  it('keeps the ports of the last time', async () => {
    expect(await choosePorts(['a', 'b'], { a: 20_017, b: 20_016 }, '00000010', free)).toEqual({
      a: 20_017,
      b: 20_016,
    });
  });

  it('leaves a port that somebody else took in the meantime', async () => {
    const isFree = async (port: number) => port !== 20_016;
    expect(await choosePorts(['a'], { a: 20_016 }, '00000010', isFree)).toEqual({ a: 20_017 });
  });

  it('goes round at the end of the range, and says so when all are taken', async () => {
    expect(await choosePorts(['a', 'b'], {}, (9_999).toString(16).padStart(8, '0'), free)).toEqual({
      a: 29_999,
      b: 20_000,
    });
    await expect(choosePorts(['a'], {}, '00000000', async () => false)).rejects.toThrow(/No loopback port/);
  });

  it('never takes a port on which somebody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await isListening(port)).toBe(true);
    expect((await choosePorts(['a'], { a: port }, '00000000')).a).not.toBe(port);
    await new Promise((resolve) => server.close(resolve));
    expect(await isListening(port)).toBe(false);
  });

  it('tells a socket that is still open from the next program on its port', async () => {
    const listen = async (port: number) => {
      const server = createServer().listen(port, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return server;
    };
    const first = await listen(0);
    const address = first.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const before = listeningSockets([port]);
    expect(before).toMatchObject([{ port }]);
    expect(listeningSockets([port])).toEqual(before);
    await new Promise((resolve) => first.close(resolve));
    expect(listeningSockets([port])).toEqual([]);
    const next = await listen(port);
    expect(listeningSockets([port])).not.toEqual(before);
    await new Promise((resolve) => next.close(resolve));
  });
});
