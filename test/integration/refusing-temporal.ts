import { once } from 'node:events';
import type { ServerHttp2Session } from 'node:http2';
import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** A relay before Temporal that answers some calls itself. */
export interface RefusingTemporal {
  readonly address: string;
  /** From now on, calls whose path matches get this status of gRPC; undefined: none. */
  refuse(refusal: { readonly status: number; readonly paths: RegExp } | undefined): void;
  close(): void;
}

export async function startRefusingTemporal(target: string): Promise<RefusingTemporal> {
  let refusal: Parameters<RefusingTemporal['refuse']>[0];
  const upstream = connect(`http://${target}`);
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (refusal?.paths.test(String(headers[':path'])) === true) {
      const answer = { 'grpc-status': String(refusal.status), 'grpc-message': 'refused by a test' };
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...answer }, { endStream: true });
      return;
    }
    const call = upstream.request(headers);
    call.on('error', () => stream.close());
    stream.on('close', () => call.close());
    call.on('response', (answer, flags) => {
      // Without a body: the status is in the first headers.
      const isOver = (flags & 1) === 1;
      stream.respond(answer, { endStream: isOver, waitForTrailers: !isOver });
      let trailers = {};
      call.on('trailers', (last) => {
        trailers = last;
      });
      if (isOver) return;
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      call.pipe(stream);
    });
    stream.pipe(call);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse(next) {
      refusal = next;
    },
    close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      server.close();
    },
  };
}
