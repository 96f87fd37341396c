import { once } from 'node:events';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { errorText } from '../../domain/errors/error-text.js';
import type { BodyDefect } from './decode-body.js';
import { decodeBody } from './decode-body.js';

/** More than any answer that means something. */
export const answerLimitBytes = 64 * 1024;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Its beginning where it is not whole. */
  readonly body: string;
  /** Undefined where the whole body was read and understood. */
  readonly defect: BodyDefect | undefined;
}

/**
 * One POST, redirects not followed. Not `fetch`: that sends by itself, whenever the connection is there.
 * @param beforeSending called between the connection and the first byte; what it throws ends the request unsent.
 * @param signal ends it; an answer that has begun is then given as broken off.
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
  const ended = endWithoutAnswer(request);
  // Awaited below; a failure before that is not an unhandled one.
  answered.catch(() => undefined);
  ended.catch(() => undefined);
  try {
    await Promise.race([connected(request), ended]);
    beforeSending();
    request.end(body);
    const [response] = await Promise.race([answered, ended]);
    // What comes after the head is the answer's defect, and no error of its own.
    request.on('error', () => undefined);
    return await readAnswer(response);
  } catch (error) {
    request.destroy();
    if (signal.aborted) throw signal.reason;
    throw error;
  }
}

/** Node closes some requests without an error: one that is answered with an upgrade, for example. */
async function endWithoutAnswer(request: ClientRequest): Promise<never> {
  await once(request, 'close');
  throw new Error('the connection was closed without an answer');
}

async function connected(request: ClientRequest): Promise<void> {
  const [socket] = (await once(request, 'socket')) as [Socket & { readonly encrypted?: true }];
  // One that was kept from an earlier request is connected already.
  if (socket.connecting) await once(socket, socket.encrypted ? 'secureConnect' : 'connect');
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let defect: BodyDefect | undefined;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      // Leaving the loop ends the connection.
      if (bytes > answerLimitBytes) {
        defect = { kind: 'too-long', why: `the answer is longer than ${answerLimitBytes} bytes` };
        break;
      }
    }
  } catch (error) {
    defect = { kind: 'broken-off', why: errorText(error) };
  }
  const raw = Buffer.concat(chunks).subarray(0, answerLimitBytes);
  const decoded = decodeBody(raw, headers, answerLimitBytes);
  return { status, headers, body: decoded.text, defect: defect ?? decoded.defect };
}
