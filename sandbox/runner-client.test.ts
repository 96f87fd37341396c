import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RunnerFailedError, RunnerRefusedError } from './errors.js';
import { encodeFrame, FrameKind } from './frames.js';
import { RunnerClient } from './runner-client.js';

/** A runner that answers nothing but what the test says, in the wrapping of Docker's attach. */
class ScriptedRunner extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
  }

  says(bytes: Uint8Array): void {
    const wrapping = Buffer.alloc(8);
    wrapping.writeUInt8(1, 0);
    wrapping.writeUInt32BE(bytes.length, 4);
    this.push(Buffer.concat([wrapping, bytes]));
  }
}

const command = {
  argv: ['true'],
  stdin: new Uint8Array(),
  limits: {
    timeMs: 1000,
    wallMs: 1000,
    memoryKb: 1000,
    stdoutBytes: 10,
    stderrBytes: 10,
    fileBytes: 10,
    processes: 10,
  },
};

function open() {
  const runner = new ScriptedRunner();
  const ends: RunnerFailedError[] = [];
  const client = new RunnerClient(runner, (reason) => ends.push(reason));
  return { runner, client, ends };
}

/** How a request ended, as an error or as its result. */
const settled = (request: Promise<unknown>) => request.catch((error: unknown) => error);

describe('RunnerClient', () => {
  it('fails with a RunnerFailedError, once and for all, whatever bytes the runner sends before it ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), async (chunks) => {
        const { runner, client, ends } = open();
        const request = settled(client.run(command));
        for (const chunk of chunks) runner.says(chunk);
        runner.push(null);
        expect(await request).toBeInstanceOf(RunnerFailedError);
        expect(ends).toHaveLength(1);
        expect(await settled(client.hello())).toBe(ends[0]);
      }),
    );
  });

  it('gives an outcome or a RunnerFailedError for any payload and kind of reply, and ends on the latter', async () => {
    const kinds = fc.constantFrom(FrameKind.OkReply, FrameKind.OutcomeReply, FrameKind.HelloReply, 0x55);
    await fc.assert(
      fc.asyncProperty(kinds, fc.uint8Array({ maxLength: 150 }), async (kind, payload) => {
        const { runner, client, ends } = open();
        const request = settled(client.run(command));
        runner.says(encodeFrame(kind, 1, [payload]));
        const result = await request;
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(RunnerFailedError);
          expect(ends).toHaveLength(1);
          expect(runner.destroyed).toBe(true);
        } else {
          expect(result).toHaveProperty('outcome.end');
          expect(ends).toHaveLength(0);
        }
        client.close();
      }),
    );
  });

  it('refuses a reply that is longer than any may be before it has come', async () => {
    const frame = encodeFrame(FrameKind.OutcomeReply, 1);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 64 * 1024 * 1024 + 1, max: 0xffff_ffff }), async (length) => {
        const { runner, client } = open();
        const request = settled(client.run(command));
        frame.writeUInt32BE(length, 12);
        runner.says(frame);
        expect(await request).toBeInstanceOf(RunnerFailedError);
      }),
    );
  });

  it('takes a reply to what was not asked for a broken runner', async () => {
    const { runner, client, ends } = open();
    const request = settled(client.hello());
    runner.says(encodeFrame(FrameKind.HelloReply, 2, [Buffer.alloc(8)]));
    expect(await request).toBeInstanceOf(RunnerFailedError);
    expect(ends[0]?.message).toContain('answered what was not asked');
  });

  it('goes on after a request that was refused', async () => {
    const { runner, client, ends } = open();
    const refused = settled(client.reset());
    runner.says(encodeFrame(FrameKind.ErrorReply, 1, [Buffer.from('reset: /tmp is not empty')]));
    expect(await refused).toBeInstanceOf(RunnerRefusedError);
    const greeting = client.hello();
    runner.says(encodeFrame(FrameKind.HelloReply, 2, [Buffer.from([0, 0, 0, 5, 0, 0, 0, 1])]));
    expect(await greeting).toMatchObject({ schedstat: true, oomCounter: true, cpuUsage: false });
    expect(ends).toEqual([]);
    client.close();
  });

  it('sends nothing that is longer than a frame may be, and waits for no answer to it', async () => {
    vi.useFakeTimers();
    try {
      const { client, ends } = open();
      const tooLong = client.writeFile('input', Buffer.alloc(64 * 1024 * 1024 + 1));
      expect(await settled(tooLong)).toBeInstanceOf(Error);
      // Whoever has the container when such a timer fired would lose it.
      await vi.advanceTimersByTimeAsync(10 * 60_000);
      expect(ends).toEqual([]);
      client.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('fails where no answer comes in time', async () => {
    const { client, ends } = open();
    expect(await settled(client.hello(20))).toBeInstanceOf(RunnerFailedError);
    expect(ends[0]?.message).toContain('no answer from the sandbox within 20 ms');
  });
});
