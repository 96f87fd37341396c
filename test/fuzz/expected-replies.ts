/** What a runner must do with a stream of bytes, by the protocol as runner.c describes it. */
export interface Expectation {
  /** Ids of the replies, in the order of the requests. */
  readonly replyIds: readonly number[];
  /** Whether it must end, as a frame was longer than any may be. */
  readonly ends: boolean;
  /** Bytes the last frame lacks; 0 where the stream ends between frames. */
  readonly missing: number;
}

const headerBytes = 16;
const maxPayloadBytes = 64 << 20;
const version = 1;

export function expectedReplies(stream: Buffer): Expectation {
  const replyIds: number[] = [];
  let inGarbage = false;
  let at = 0;
  while (at < stream.length) {
    const header = stream.subarray(at, at + headerBytes);
    if (!isPlausible(header)) {
      if (!inGarbage) replyIds.push(0);
      inGarbage = true;
      at += 1;
      continue;
    }
    if (header.length < headerBytes) return { replyIds, ends: false, missing: headerBytes - header.length };
    inGarbage = false;
    const length = header.readUInt32BE(12);
    const end = at + headerBytes + length;
    const id = header.readUInt32BE(8);
    const isRefusedAtOnce = length > maxPayloadBytes || header[3] !== version;
    if (isRefusedAtOnce || end <= stream.length) replyIds.push(id);
    if (length > maxPayloadBytes) return { replyIds, ends: true, missing: 0 };
    if (end > stream.length) return { replyIds, ends: false, missing: end - stream.length };
    at = end;
  }
  return { replyIds, ends: false, missing: 0 };
}

/** Whether these can be the first bytes of a header. */
function isPlausible(header: Buffer): boolean {
  const magic = Buffer.from('GRF');
  const zeros = header.subarray(5, 8);
  return (
    header.subarray(0, 3).equals(magic.subarray(0, Math.min(3, header.length))) &&
    zeros.every((byte) => byte === 0)
  );
}
