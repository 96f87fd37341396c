import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { encodeFrame, FrameKind } from '../../sandbox/frames.js';
import { decodeOutcome } from '../../sandbox/runner-messages.js';
import type { BuiltRunner } from '../built-runner.js';
import { buildRunner, startBuiltRunner } from '../built-runner.js';
import { expectedReplies } from './expected-replies.js';
import { hostileStream } from './hostile-stream.js';
import { Random } from './random.js';

export interface FuzzResult {
  readonly streams: number;
  readonly bytes: number;
  /** By kind of reply. */
  readonly replies: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly seconds: number;
}

export interface FuzzOptions {
  readonly docker: Docker;
  readonly image: string;
  readonly seed: number;
  /** Ends after this long, or after this many streams, whichever is first. */
  readonly milliseconds: number;
  readonly streams?: number;
  readonly onProgress?: (result: FuzzResult) => void;
}

/** What the runner did that it must not, with all it takes to see it again. */
export class FuzzFinding extends Error {
  override readonly name = 'FuzzFinding';
}

/** Memory errors and undefined behaviour end the runner and are told on stderr. */
const sanitized = [
  '-g -O1 -fno-omit-frame-pointer',
  '-fsanitize=address,undefined -fno-sanitize-recover=all -static-libasan',
];
/** Filling up a frame that claims more only costs time. */
const maxFiller = 1 << 20;
/** A container of its own for each stream that ends the runner costs time too. */
const endingOneIn = 40;
/** A damaged limit may let a command wait for ever: it is killed then. */
const killAfterMs = 3000;
const giveUpAfterMs = 30_000;
const streamsPerContainer = 2000;
const closingId = 0x7e57_0000;

/**
 * Sends hostile streams, each closed by one good request, to a runner built with sanitizers. After each it must have
 * answered every frame once, with the frame's id, and still serve; it may end only after a frame that is too long.
 * @throws FuzzFinding
 */
export async function fuzzRunner(options: FuzzOptions): Promise<FuzzResult> {
  const { docker, image, seed } = options;
  const built = await buildRunner(docker, image, { flags: sanitized });
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const counts = { streams: 0, bytes: 0, restarts: 0, replies: {} as Record<string, number> };
  const result = (): FuzzResult => ({ ...counts, seconds: elapsed() / 1000 });
  let runner: BuiltRunner | undefined;
  try {
    for (; elapsed() < options.milliseconds && counts.streams < (options.streams ?? Infinity); ) {
      if (counts.streams % streamsPerContainer === 0) {
        await runner?.remove();
        runner = undefined;
      }
      runner ??= await startBuiltRunner(docker, image, built);
      const streamSeed = seed + counts.streams;
      const stream = completeStream(new Random(streamSeed));
      counts.streams += 1;
      counts.bytes += stream.length;
      const survives = await feed(runner, stream, new Random(~streamSeed), counts.replies, streamSeed);
      if (!survives) {
        await runner.remove();
        runner = undefined;
        counts.restarts += 1;
      }
      options.onProgress?.(result());
    }
    return result();
  } finally {
    await runner?.remove();
  }
}

function completeStream(random: Random): Buffer {
  let stream = hostileStream(random);
  for (;;) {
    const { missing, ends } = expectedReplies(stream);
    if (ends && random.chance(endingOneIn)) return stream;
    if (ends || missing > maxFiller) stream = hostileStream(random);
    else if (missing > 0) stream = Buffer.concat([stream, Buffer.alloc(missing)]);
    else return Buffer.concat([stream, encodeFrame(FrameKind.Hello, closingId)]);
  }
}

/** @returns whether the runner lives on. */
async function feed(
  runner: BuiltRunner,
  stream: Buffer,
  random: Random,
  replies: Record<string, number>,
  seed: number,
): Promise<boolean> {
  const finding = (what: string) =>
    new FuzzFinding(
      `${what}\nSeed of the stream: ${seed}; again with: npm run fuzz -- --streams 1 --seed ${seed}\n` +
        `Runner's stderr: ${runner.stderr()}\nStream (hex, first 4096 bytes): ${stream.subarray(0, 4096).toString('hex')}`,
    );
  const expectation = expectedReplies(stream);
  const wanted = [...expectation.replyIds];
  runner.received.length = 0;
  for (let at = 0; at < stream.length; ) {
    const length = random.chance(3) ? 1 + random.integer(20) : 1 + random.integer(70_000);
    runner.write(stream.subarray(at, at + length));
    at += length;
    if (random.chance(20)) await sleep(1);
  }
  const startedAt = performance.now();
  let killed = 0;
  while (runner.received.length < wanted.length + killed && !runner.hasEnded()) {
    await sleep(1);
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > giveUpAfterMs) throw finding('The runner does not answer any more.');
    if (waitedMs > killAfterMs * (killed + 1)) {
      runner.write(encodeFrame(FrameKind.Kill, closingId + 1));
      killed += 1;
    }
  }
  for (const { kind, payload } of runner.received) {
    replies[kind.toString(16)] = (replies[kind.toString(16)] ?? 0) + 1;
    if (kind === FrameKind.OutcomeReply) decodeOutcome(payload);
  }
  if (runner.stderr() !== '') throw finding('A sanitizer spoke.');
  if (expectation.ends) {
    const code = await runner.exitCode();
    if (code !== 2)
      throw finding(`The runner ended with ${code} after a frame that is too long, not with 2.`);
    return false;
  }
  if (runner.hasEnded()) throw finding(`The runner ended with ${await runner.exitCode()}.`);
  const answered = runner.received.map(({ id }) => id).filter((id) => id !== closingId + 1);
  if (sortedText(answered) !== sortedText(wanted)) {
    throw finding(`Answered were the requests ${answered.join(' ')}; sent were ${wanted.join(' ')}.`);
  }
  return true;
}

/** Requests that arrive while a command runs are answered before it. */
function sortedText(ids: readonly number[]): string {
  return [...ids].sort((a, b) => a - b).join(' ');
}
