/**
 * The worker's end of a runner's control stream.
 *
 * Theory of operation. One container, one runner, one duplex stream (Docker's attach, hijacked), made before the
 * container starts and kept until it ends. Requests are numbered frames (runner/runner.c); the runner serves one
 * at a time and answers each once, so at most one request and one kill are pending here. Callers serialise:
 * `LeasedContainer` has a queue. Whatever breaks the stream (its end, an error, a reply that is no frame or is
 * late) fails every pending request and all later ones with one RunnerFailedError, calls `onEnd` once and destroys
 * the stream: the runner sees the end of its input, kills what runs and exits. There is no way back from that
 * state; the pool makes a new container.
 */
import type { Duplex } from 'node:stream';
import type { ExecutionRequest } from '../domain/judging/execution.js';
import { dockerDemultiplexer } from './docker-multiplex.js';
import { RunnerFailedError, RunnerRefusedError } from './errors.js';
import type { Frame } from './frames.js';
import { encodeFrame, FrameDecoder, FrameKind } from './frames.js';
import type { RunnerOutcome, RunnerSources } from './runner-messages.js';
import { decodeHello, decodeOutcome, encodeRun, encodeWrite } from './runner-messages.js';

/** Replies other than a command's outcome come at once; a reset may have to remove many files. */
const replyTimeoutMs = 15_000;
/** The runner gives its cleaner 30 s on a busy host (clean.c), and 5 s to what has to die first. */
const resetTimeoutMs = 45_000;
/** A command is ended by the runner at its wall limit; this much later the runner itself counts as broken. */
const outcomeGraceMs = 10_000;
const cleaningMs = 30_000;

interface Pending {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class RunnerClient {
  readonly #stream: Duplex;
  readonly #onEnd: (reason: RunnerFailedError) => void;
  readonly #decoder = new FrameDecoder();
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #failure: RunnerFailedError | undefined;
  #lastWords = '';

  constructor(stream: Duplex, onEnd: (reason: RunnerFailedError) => void) {
    this.#stream = stream;
    this.#onEnd = onEnd;
    const demultiplex = dockerDemultiplexer(
      (chunk) => this.#receive(chunk),
      (chunk) => {
        this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-500);
      },
    );
    stream.on('data', demultiplex);
    stream.on('error', (error) => this.#fail('the stream to the sandbox broke', error));
    stream.on('close', () => this.#fail('the sandbox container ended'));
    stream.on('end', () => this.#fail('the sandbox container ended'));
  }

  /** Also the health check: the runner tests that it can give up its privileges. */
  async hello(timeoutMs = replyTimeoutMs): Promise<RunnerSources> {
    const reply = await this.#request(FrameKind.Hello, [], timeoutMs);
    return this.#decode(reply, decodeHello);
  }

  async writeFile(name: string, content: Uint8Array): Promise<void> {
    await this.#request(FrameKind.Write, encodeWrite(name, content), replyTimeoutMs);
  }

  async run(request: ExecutionRequest): Promise<RunnerOutcome> {
    const timeoutMs = request.limits.wallMs + outcomeGraceMs + (request.freshTmp ? cleaningMs : 0);
    const reply = await this.#request(FrameKind.Run, encodeRun(request), timeoutMs);
    return this.#decode(reply, decodeOutcome);
  }

  /** Ends the command that runs, whose own outcome then follows; harmless when none does. */
  async kill(timeoutMs = replyTimeoutMs): Promise<void> {
    await this.#request(FrameKind.Kill, [], timeoutMs);
  }

  /** @throws RunnerRefusedError when something of earlier commands cannot be removed. */
  async reset(): Promise<void> {
    await this.#request(FrameKind.Reset, [], resetTimeoutMs);
  }

  close(why = 'the sandbox container was closed'): void {
    this.#fail(why);
  }

  #request(kind: number, parts: readonly Uint8Array[], timeoutMs: number): Promise<Frame> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId;
    this.#nextId = this.#nextId >= 0xffff_fff0 ? 1 : this.#nextId + 1;
    // Before it counts as sent: what cannot be encoded must leave no timer behind for whoever has the container then.
    const frame = encodeFrame(kind, id, parts);
    return new Promise((resolve, reject) => {
      const late = () => this.#fail(`no answer from the sandbox within ${timeoutMs} ms`);
      this.#pending.set(id, { resolve, reject, timer: setTimeout(late, timeoutMs) });
      this.#stream.write(frame);
    });
  }

  #decode<Message>(reply: Frame, decode: (payload: Uint8Array) => Message): Message {
    try {
      return decode(reply.payload);
    } catch (error) {
      this.#fail('the sandbox sent a malformed reply', error);
      throw error;
    }
  }

  #receive(chunk: Buffer): void {
    let frames: Frame[];
    try {
      frames = this.#decoder.push(chunk);
    } catch (error) {
      this.#fail('the sandbox sent bytes that are no frame', error);
      return;
    }
    for (const frame of frames) this.#settle(frame);
  }

  #settle(frame: Frame): void {
    const pending = this.#pending.get(frame.id);
    const text = frame.kind === FrameKind.ErrorReply ? Buffer.from(frame.payload).toString('utf8') : '';
    if (pending === undefined) {
      this.#fail(`the sandbox answered what was not asked ${text}`.trim());
      return;
    }
    this.#pending.delete(frame.id);
    clearTimeout(pending.timer);
    if (frame.kind === FrameKind.ErrorReply) pending.reject(new RunnerRefusedError(text));
    else pending.resolve(frame);
  }

  #fail(message: string, cause?: unknown): void {
    if (this.#failure !== undefined) return;
    const detail = this.#lastWords === '' ? '' : `: ${this.#lastWords.trim()}`;
    this.#failure = new RunnerFailedError(message + detail, { cause });
    this.#stream.destroy();
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(this.#failure);
    }
    this.#pending.clear();
    this.#onEnd(this.#failure);
  }
}
