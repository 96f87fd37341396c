import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from './frames.js';
import { encodeFrame, FrameDecoder } from './frames.js';

const frame = fc.record({
  kind: fc.integer({ min: 0, max: 255 }),
  id: fc.integer({ min: 0, max: 0xffff_ffff }),
  payload: fc.uint8Array({ maxLength: 300 }),
});

/** Cuts bytes into pieces of the given lengths, again and again. */
function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

describe('FrameDecoder', () => {
  it('gives back what was encoded, however the bytes are cut', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), lengths, (frames, sizes) => {
        const bytes = Buffer.concat(frames.map(({ kind, id, payload }) => encodeFrame(kind, id, [payload])));
        const decoder = new FrameDecoder();
        const decoded: Frame[] = cut(bytes, sizes).flatMap((piece) => decoder.push(piece));
        expect(decoded.map(({ kind, id, payload }) => ({ kind, id, payload: [...payload] }))).toEqual(
          frames.map(({ kind, id, payload }) => ({ kind, id, payload: [...payload] })),
        );
      }),
    );
  });

  it('joins the parts of a payload', () => {
    const [decoded] = new FrameDecoder().push(encodeFrame(3, 9, [Buffer.from('ab'), Buffer.from('c')]));
    expect(Buffer.from(decoded?.payload ?? []).toString()).toBe('abc');
  });

  it('throws on bytes that are no frame, and on nothing else, whatever it is fed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoder = new FrameDecoder();
        const isFrameStart = Buffer.from(bytes.subarray(0, 4)).equals(Buffer.from('GRF\x01'));
        if (bytes.length >= 16 && !isFrameStart) expect(() => decoder.push(bytes)).toThrow(RangeError);
        else expect(decoder.push(bytes)).toBeDefined();
      }),
    );
  });

  it('throws on a length no frame may have, as soon as the header has come, however it is cut', () => {
    const tooLong = fc.integer({ min: 64 * 1024 * 1024 + 1, max: 0xffff_ffff });
    fc.assert(
      fc.property(frame, tooLong, fc.integer({ min: 1, max: 16 }), ({ kind, id }, length, size) => {
        const bytes = encodeFrame(kind, id);
        bytes.writeUInt32BE(length, 12);
        const decoder = new FrameDecoder();
        expect(() => cut(bytes, [size]).flatMap((piece) => decoder.push(piece))).toThrow(RangeError);
      }),
    );
  });

  it('takes a large frame in small pieces in linear time', () => {
    const bytes = encodeFrame(1, 1, [Buffer.alloc(16 * 1024 * 1024)]);
    const decoder = new FrameDecoder();
    // CPU time: other tests run beside this one.
    const before = process.cpuUsage();
    const frames = cut(bytes, [4096]).flatMap((piece) => decoder.push(piece));
    expect(frames).toHaveLength(1);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });
});
