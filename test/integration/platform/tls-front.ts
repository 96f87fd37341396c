import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { connect, constants, createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface Certificates {
  readonly authority: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
  remove(): void;
}

/**
 * An authority made for the test, and what it signed: a server on 127.0.0.1, and a client.
 * @param days for which these two hold; with -1 they expired yesterday.
 */
export function makeCertificates(days = 2): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'grading-tls-'));
  const path = (name: string) => join(directory, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: directory, stdio: 'pipe' });
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'.split(' ');
  openssl(
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=test authority'],
    ...['-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  for (const [name, extension] of [
    ['server', 'subjectAltName=IP:127.0.0.1'],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    openssl(
      ...['req', '-new', ...newKey, '-subj', `/CN=${name}`, '-addext', extension],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', String(days)],
      ...['-copy_extensions', 'copy', '-out', `${name}.pem`],
    );
  }
  return {
    authority: path('ca.pem'),
    serverCertificate: path('server.pem'),
    serverKey: path('server.key'),
    clientCertificate: path('client.pem'),
    clientKey: path('client.key'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface TlsFront {
  /** host:port */
  readonly address: string;
  close(): Promise<void>;
}

export interface TlsFrontOptions {
  readonly certificates: Certificates;
  /** Of the plain server behind it, host:port. */
  readonly target: string;
  /** Only clients with a certificate of the authority may connect. */
  readonly demandCertificate?: boolean;
  /** Only calls with this key are passed on; the others are UNAUTHENTICATED, as Temporal Cloud answers them. */
  readonly apiKey?: string;
}

/** TLS before the plain Temporal server of the tests, as a self-hosted front end or Temporal Cloud has it. */
export async function startTlsFront(options: TlsFrontOptions): Promise<TlsFront> {
  const { certificates, target, demandCertificate = false, apiKey } = options;
  const behind = connect(`http://${target}`);
  behind.on('error', () => undefined);
  const server = createSecureServer({
    cert: readFileSync(certificates.serverCertificate),
    key: readFileSync(certificates.serverKey),
    ca: readFileSync(certificates.authority),
    requestCert: demandCertificate,
    rejectUnauthorized: demandCertificate,
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) refuse(stream);
    else passOn(stream, headers);
  });

  function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { ':authority': _authority, ':scheme': _scheme, authorization: _key, ...passed } = headers;
    const call = behind.request(passed);
    stream.on('error', () => call.close(constants.NGHTTP2_CANCEL));
    stream.on('close', () => call.close());
    call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    call.on('response', (answer, flags) => {
      const isTrailersOnly = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      stream.respond(answer, { waitForTrailers: !isTrailersOnly, endStream: isTrailersOnly });
    });
    let trailers: IncomingHttpHeaders = {};
    call.on('trailers', (last) => {
      trailers = last;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.pipe(call);
    call.pipe(stream);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const session of sessions) session.destroy();
      behind.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function refuse(stream: ServerHttp2Stream): void {
  const unauthenticated = '16';
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': unauthenticated,
      'grpc-message': 'Request unauthorized.',
    },
    { endStream: true },
  );
}
