import { encodeFrame, FrameKind } from '../../sandbox/frames.js';
import { encodeRun, encodeWrite } from '../../sandbox/runner-messages.js';
import type { Random } from './random.js';

/** Bytes for the runner: frames as they should be, damaged ones, and what is none. */
export function hostileStream(random: Random): Buffer {
  const pieces: Buffer[] = [];
  const count = 1 + random.integer(10);
  for (let index = 0; index < count; index += 1) pieces.push(piece(random));
  return Buffer.concat(pieces);
}

const frameHeaderBytes = 16;

function piece(random: Random): Buffer {
  switch (random.integer(8)) {
    case 0:
      return garbage(random);
    case 1:
      return unknown(random);
    case 2:
    case 3:
      return frame(random);
    default:
      return damaged(random, frame(random));
  }
}

function frame(random: Random): Buffer {
  const id = random.pick([1, 2, 0xffff_ffff, random.integer(2 ** 32)]);
  switch (random.integer(7)) {
    case 0:
      return encodeFrame(FrameKind.Hello, id, [random.bytes(random.integer(3))]);
    case 1:
      return encodeFrame(FrameKind.Kill, id);
    case 2:
      return encodeFrame(FrameKind.Reset, id);
    case 3:
    case 4:
      return encodeFrame(FrameKind.Write, id, encodeWrite(name(random), random.bytes(size(random))));
    default:
      return encodeFrame(FrameKind.Run, id, run(random));
  }
}

function run(random: Random): Uint8Array[] {
  const argv = random.pick<readonly string[]>([
    ['true'],
    ['cat'],
    ['sh', '-c', 'echo out; echo error >&2; echo x > file; exit 3'],
    ['sh', '-c', 'sleep 60 & mkdir -p a/b/c; ln -s / link; mkfifo pipe'],
    ['sh', '-c', 'kill -SEGV $$'],
    ['sleep', '0.02'],
    ['./missing', ''],
    Array.from({ length: 300 }, () => 'x'),
    ['true', 'y'.repeat(random.integer(20_000))],
  ]);
  const number = () => random.pick([0, 1, 20, 1000, 0xffff_ffff, random.integer(2 ** 32)]);
  const usual = random.chance(2);
  const limits = usual
    ? {
        timeMs: 2000,
        wallMs: 3000,
        stdoutBytes: 5000,
        stderrBytes: 3,
        fileBytes: 1 << 20,
        processes: 20,
        cpuSeconds: 2,
      }
    : {
        timeMs: number(),
        wallMs: number(),
        stdoutBytes: number(),
        stderrBytes: number(),
        fileBytes: number(),
        processes: number(),
        cpuSeconds: number(),
      };
  return encodeRun({
    argv,
    stdin: random.bytes(size(random)),
    limits: { ...limits, memoryKb: 0 },
    freshTmp: random.chance(2),
    sealWorkArea: random.chance(3),
  });
}

function name(random: Random): string {
  return random.pick([
    'main.cpp',
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'ä',
    'n\0l',
    'f'.repeat(255),
    'g'.repeat(256),
  ]);
}

/** Around the sizes that pipes, pages and reads have. */
function size(random: Random): number {
  return random.pick([0, 0, 1, 16, random.integer(300), 4096, 65_536 + random.integer(3) - 1]);
}

function damaged(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  switch (random.integer(5)) {
    case 0:
      return copy.subarray(0, random.integer(copy.length + 1));
    case 1:
      return Buffer.concat([copy, random.bytes(random.integer(40))]);
    case 2: {
      // A length that is not that of the payload.
      copy.writeUInt32BE(random.pick([0, 1, 40, 41, 42, copy.length, random.integer(100_000)]), 12);
      return copy;
    }
    case 3: {
      const at = random.integer(copy.length);
      return Buffer.concat([copy.subarray(0, at), copy.subarray(random.integer(copy.length))]);
    }
    default: {
      const flips = 1 + random.integer(6);
      for (let flip = 0; flip < flips; flip += 1) {
        // Mostly where the numbers are.
        const at = random.integer(random.chance(3) ? copy.length : Math.min(copy.length, 64));
        copy[at] = random.pick([0, 0xff, 0x7f, 0x80, random.integer(256)]);
      }
      return copy;
    }
  }
}

function garbage(random: Random): Buffer {
  const bytes = random.bytes(random.integer(200));
  // Beginnings of a header among them.
  for (let at = 0; at + 3 < bytes.length; at += 5 + random.integer(40)) bytes.write('GRF', at);
  return bytes;
}

function unknown(random: Random): Buffer {
  const bytes = encodeFrame(random.integer(256), random.integer(2 ** 32), [random.bytes(size(random))]);
  if (random.chance(2)) bytes[3] = random.integer(256);
  // Longer than any frame: the runner has to end.
  if (random.chance(400)) bytes.writeUInt32BE(random.pick([(64 << 20) + 1, 0xffff_ffff]), 12);
  return bytes.subarray(0, random.chance(5) ? frameHeaderBytes : bytes.length);
}
