import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Beyond it a reader does not keep up, and is let go: its browser comes back. */
const maxUnreadBytes = 1_000_000;
const maxReaders = 500;
/** A proxy in between closes a connection that says nothing. */
const sayEveryMs = 15_000;

/** The pages that are open on one stream of events. */
export class Audience {
  readonly #readers = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;
  /** When somebody last looked. */
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), sayEveryMs);
    this.#heartbeat.unref();
  }

  get size(): number {
    return this.#readers.size;
  }

  /** A page was read, though it may not stay open. */
  glance(): void {
    this.#seenAt = performance.now();
  }

  isThere(withinMs: number): boolean {
    return this.#readers.size > 0 || performance.now() - this.#seenAt < withinMs;
  }

  join(reply: FastifyReply): void {
    if (this.#readers.size >= maxReaders) {
      reply.code(503).send('Too many pages are open.');
      return;
    }
    reply.hijack();
    const { raw } = reply;
    const headers = Object.fromEntries(
      Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    raw.write('retry: 2000\n\n');
    this.#readers.add(raw);
    raw.once('close', () => this.#readers.delete(raw));
  }

  tell(event: string, data: unknown): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const reader of this.#readers) reader.destroy();
  }

  #write(text: string): void {
    for (const reader of this.#readers) {
      if (reader.writableLength > maxUnreadBytes) reader.destroy();
      else reader.write(text);
    }
  }
}
