/** Frames of the runner's protocol, version 1; the format is described in runner/runner.c. */
export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

export const FrameKind = {
  Hello: 0x01,
  Write: 0x02,
  Run: 0x03,
  Kill: 0x04,
  Reset: 0x05,
  OkReply: 0x81,
  OutcomeReply: 0x82,
  ErrorReply: 0x83,
  HelloReply: 0x84,
} as const;

export const maxPayloadBytes = 64 * 1024 * 1024;
const headerBytes = 16;
/** "GRF" and the version. */
const magic = 0x47_52_46_01;

export function encodeFrame(kind: number, id: number, parts: readonly Uint8Array[] = []): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > maxPayloadBytes) throw new RangeError(`frame of ${length} bytes; at most ${maxPayloadBytes}`);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(magic, 0);
  header.writeUInt8(kind, 4);
  header.writeUInt32BE(id, 8);
  header.writeUInt32BE(length, 12);
  return Buffer.concat([header, ...parts], headerBytes + length);
}

/**
 * Cuts a byte stream into frames, however it is chunked.
 * @throws RangeError on anything that is no frame: the runner writes nothing else, so the stream is broken.
 */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #have = 0;
  #need = headerBytes;
  #header: Buffer | undefined;

  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    this.#have += chunk.length;
    const frames: Frame[] = [];
    while (this.#have >= this.#need) {
      const bytes = this.#take(this.#need);
      if (this.#header === undefined) {
        this.#header = bytes;
        this.#need = payloadLength(bytes);
      } else {
        frames.push({ kind: this.#header.readUInt8(4), id: this.#header.readUInt32BE(8), payload: bytes });
        this.#header = undefined;
        this.#need = headerBytes;
      }
    }
    return frames;
  }

  #take(count: number): Buffer {
    // Concatenated once per frame, not once per chunk: a large frame stays linear.
    const all =
      this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    const rest = all.subarray(count);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#have = rest.length;
    return all.subarray(0, count);
  }
}

function payloadLength(header: Buffer): number {
  const length = header.readUInt32BE(12);
  if (header.readUInt32BE(0) !== magic || length > maxPayloadBytes) {
    throw new RangeError(`not a runner frame: ${header.toString('hex')}`);
  }
  return length;
}
