import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** What becomes of a call: it never reaches the engine, or its answer never comes back, or is another one. */
export type CallFault =
  | 'lost'
  | 'answer-lost'
  | 'answer-cut'
  | 'no-json'
  /** Of a stream: it is there, and nothing passes it. */
  | 'mute'
  | { readonly status: number };

/** A socket before Docker's that understands its calls and spoils those that a test names. */
export interface DockerRelay {
  readonly socketPath: string;
  /** Method and address of each call so far, such as `POST /containers/create?name=a`. */
  readonly calls: readonly string[];
  /** From now on, for so many calls that match; for all of them by default. */
  spoil(call: RegExp, fault: CallFault, times?: number): void;
  heal(): void;
  close(): Promise<void>;
}

interface Rule {
  readonly call: RegExp;
  readonly fault: CallFault;
  left: number;
}

/** Node's own bound is 16 KB; some proxies take 8. */
const maxHeaderSize = 8 * 1024;

export async function startDockerRelay(socketPath: string, engine: string): Promise<DockerRelay> {
  const calls: string[] = [];
  const sockets = new Set<Socket>();
  let rules: Rule[] = [];

  const faultOf = ({ method, url = '' }: IncomingMessage): CallFault | undefined => {
    const call = `${method} ${url}`;
    calls.push(call);
    const rule = rules.find((one) => one.left > 0 && one.call.test(call));
    if (rule) rule.left -= 1;
    return rule?.fault;
  };

  const relay = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const fault = faultOf(asked);
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    if (fault === 'lost') return;
    if (typeof fault === 'object') {
      answer.writeHead(fault.status).end('{"message":"spoiled"}');
      return;
    }
    const { method, url, headers } = asked;
    const passed = request({ socketPath: engine, method, path: url, headers }, (said) => {
      if (fault !== undefined) said.resume();
      if (fault === 'answer-lost') return;
      answer.writeHead(said.statusCode ?? 500, fault === undefined ? said.headers : { 'content-length': 20 });
      if (fault === 'no-json') answer.end('<html>Welcome</html>');
      else if (fault === 'answer-cut') {
        answer.write('{"Id":');
        // Once the beginning has arrived: without it, the caller would see a connection that broke.
        setTimeout(() => asked.socket.destroy(), 100);
      } else {
        answer.flushHeaders();
        said.pipe(answer);
      }
    });
    passed.on('error', () => asked.socket.destroy());
    answer.on('close', () => passed.destroy());
    passed.end(Buffer.concat(chunks));
  };

  /** The attached stream. Its options stand in the address, too; the body that repeats them would reach the program. */
  const upgrade = (asked: IncomingMessage, client: Duplex, head: Buffer): void => {
    const fault = faultOf(asked);
    if (fault !== undefined && fault !== 'mute') return;
    const target = connect(engine);
    const { 'content-length': bodyBytes = '0', ...headers } = asked.headers;
    let toSkip = Number(bodyBytes);
    const pass = (chunk: Buffer): void => {
      const rest = chunk.subarray(toSkip);
      toSkip -= chunk.length - rest.length;
      if (rest.length > 0 && fault !== 'mute') target.write(rest);
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    target.write([`${asked.method} ${asked.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    pass(head);
    for (const socket of [client, target]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        target.destroy();
      });
    }
    client.on('data', pass);
    target.pipe(client);
  };

  const server: Server = createServer({ maxHeaderSize }, (asked, answer) => void relay(asked, answer));
  server.on('upgrade', upgrade);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    calls,
    spoil(call, fault, times = Number.POSITIVE_INFINITY) {
      rules.push({ call, fault, left: times });
    },
    heal() {
      rules = [];
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(socketPath, { force: true });
    },
  };
}
