import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { containerOptions } from '../../../sandbox/container-options.js';
import { connectDocker } from '../../../sandbox/docker.js';
import { dockerDemultiplexer } from '../../../sandbox/docker-multiplex.js';
import type { Frame } from '../../../sandbox/frames.js';
import { encodeFrame, FrameDecoder, FrameKind } from '../../../sandbox/frames.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, testDocker, withLease } from '../docker-fixture.js';

/** A runner without its client, so that it can be sent what no client sends. */
async function startRunner(image: string) {
  const container = await connectDocker(testDocker).createContainer(
    containerOptions({
      name: `grading-protocol-${randomBytes(4).toString('hex')}`,
      image,
      labels: {},
      memoryKb: 256 * 1024,
      sandboxUid: 61_000,
    }),
  );
  const stream = await container.attach({
    stream: true,
    stdin: true,
    stdout: true,
    stderr: true,
    hijack: true,
  });
  if (!(stream instanceof Duplex)) throw new Error('no duplex stream');
  const decoder = new FrameDecoder();
  const received: Frame[] = [];
  stream.on(
    'data',
    dockerDemultiplexer(
      (chunk) => received.push(...decoder.push(chunk)),
      () => {},
    ),
  );
  stream.on('error', () => {});
  await container.start();
  return { container, stream, received };
}

describe('the runner', () => {
  let test: TestSandbox;
  let image: string;
  let runner: Awaited<ReturnType<typeof startRunner>>;

  beforeAll(async () => {
    test = await openTestSandbox();
    image = await withLease(test.sandbox, async (_container, _leaseId, containerId) => {
      return (await test.docker.getContainer(containerId).inspect()).Config.Image;
    });
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    runner = await startRunner(image);
    return () => runner.container.remove({ force: true });
  });

  const replies = (count: number) =>
    expect
      .poll(() => runner.received.length)
      .toBe(count)
      .then(() => runner.received);
  const textOf = (frame: Frame | undefined) => Buffer.from(frame?.payload ?? []).toString('utf8');

  it('skips garbage, answers it once, and serves the next frame', async () => {
    runner.stream.write(
      Buffer.concat([randomBytes(5000).map((byte) => byte & 0x3f), encodeFrame(FrameKind.Hello, 7)]),
    );
    const [error, hello] = await replies(2);
    expect(error).toMatchObject({ kind: FrameKind.ErrorReply, id: 0 });
    expect(hello).toMatchObject({ kind: FrameKind.HelloReply, id: 7 });
  });

  it('refuses unknown kinds, unknown versions and malformed payloads, and goes on', async () => {
    const otherVersion = encodeFrame(FrameKind.Hello, 2, [Buffer.from('payload')]);
    otherVersion.writeUInt8(9, 3);
    runner.stream.write(encodeFrame(0x55, 1, [Buffer.from('x')]));
    runner.stream.write(otherVersion);
    runner.stream.write(encodeFrame(FrameKind.Run, 3, [Buffer.from('short')]));
    runner.stream.write(encodeFrame(FrameKind.Run, 4, [Buffer.alloc(500, 0xff)]));
    runner.stream.write(encodeFrame(FrameKind.Write, 5, [Buffer.from([0xff, 0xff, 0x61])]));
    runner.stream.write(encodeFrame(FrameKind.Hello, 6));
    const all = await replies(6);
    expect(all.map((frame) => [frame.kind, frame.id])).toEqual([
      [FrameKind.ErrorReply, 1],
      [FrameKind.ErrorReply, 2],
      [FrameKind.ErrorReply, 3],
      [FrameKind.ErrorReply, 4],
      [FrameKind.ErrorReply, 5],
      [FrameKind.HelloReply, 6],
    ]);
    expect(textOf(all[1])).toBe('unknown protocol version');
  });

  it('exits on a frame whose length cannot be true', async () => {
    const frame = encodeFrame(FrameKind.Hello, 1);
    frame.writeUInt32BE(0xffff_ffff, 12);
    runner.stream.write(frame);
    expect(await runner.container.wait()).toMatchObject({ StatusCode: 2 });
  });

  it('takes a frame that comes byte by byte', async () => {
    for (const byte of encodeFrame(FrameKind.Write, 1, [Buffer.from([0, 1, 0x61, 0x62])])) {
      runner.stream.write(Buffer.from([byte]));
    }
    expect(await replies(1)).toMatchObject([{ kind: FrameKind.OkReply, id: 1 }]);
  });

  it('exits, and its container with it, when its input ends', async () => {
    runner.stream.write(encodeFrame(FrameKind.Hello, 1));
    await replies(1);
    const startedAt = performance.now();
    runner.stream.destroy();
    expect(await runner.container.wait()).toMatchObject({ StatusCode: 0 });
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
