import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One POST, redirects not followed. Not `fetch`: that sends by itself, whenever the connection is there.
 * @param beforeSending called between the connection and the first byte; what it throws ends the request unsent.
 * @throws the socket's error, what `beforeSending` threw, or the signal's reason.
 */
export async function httpPost(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
  beforeSending: () => void,
): Promise<HttpAnswer> {
  const request = (address.startsWith('https:') ? httpsRequest : httpRequest)(address, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    signal,
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  // Awaited below; a failure before that is not an unhandled one.
  answered.catch(() => undefined);
  try {
    await connected(request);
    beforeSending();
    request.end(body);
    const [response] = await answered;
    return { status: response.statusCode ?? 0, body: await readText(response) };
  } catch (error) {
    request.destroy();
    if (signal.aborted) throw signal.reason;
    throw error;
  }
}

async function connected(request: ClientRequest): Promise<void> {
  const [socket] = (await once(request, 'socket')) as [Socket & { readonly encrypted?: true }];
  // One that was kept from an earlier request is connected already.
  if (socket.connecting) await once(socket, socket.encrypted ? 'secureConnect' : 'connect');
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
