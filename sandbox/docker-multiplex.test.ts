import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dockerDemultiplexer } from './docker-multiplex.js';

function dockerFrame(stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

describe('dockerDemultiplexer', () => {
  it('separates the two streams, however the bytes are cut and whatever is empty', () => {
    const piece = fc.record({ stream: fc.constantFrom(1, 2), payload: fc.uint8Array({ maxLength: 50 }) });
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 1, max: 40 }), (pieces, size) => {
        const out: number[] = [];
        const err: number[] = [];
        const push = dockerDemultiplexer(
          (chunk) => out.push(...chunk),
          (chunk) => err.push(...chunk),
        );
        const bytes = Buffer.concat(pieces.map(({ stream, payload }) => dockerFrame(stream, payload)));
        for (let at = 0; at < bytes.length; at += size) push(bytes.subarray(at, at + size));
        const expected = (stream: number) =>
          pieces.filter((one) => one.stream === stream).flatMap((one) => [...one.payload]);
        expect(out).toEqual(expected(1));
        expect(err).toEqual(expected(2));
      }),
    );
  });
});
