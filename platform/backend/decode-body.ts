import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { errorText } from '../../domain/errors/error-text.js';

/** Why a body says nothing. */
export interface BodyDefect {
  /** `broken-off`: the rest did not come, so nobody knows what the answer was to be. */
  readonly kind: 'broken-off' | 'too-long' | 'undecodable';
  readonly why: string;
}

/**
 * The text of a body that was read up to a limit. No compression is asked for, but a proxy may compress all the same;
 * what it unpacks to has the same limit.
 */
export function decodeBody(
  raw: Buffer,
  headers: IncomingHttpHeaders,
  limitBytes: number,
): { readonly text: string; readonly defect?: BodyDefect } {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (raw.length === 0) return { text: '' };
  try {
    const unpack = unpackers[encoding];
    if (unpack === undefined) throw new Error('it is not known here');
    return { text: textDecoder(headers).decode(unpack(raw, { maxOutputLength: limitBytes })) };
  } catch (error) {
    return {
      text: '',
      defect: {
        kind: 'undecodable',
        why: `the answer has content-encoding ${encoding} and cannot be unpacked: ${errorText(error)}`,
      },
    };
  }
}

type Unpack = (raw: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

const unpackers: Readonly<Record<string, Unpack>> = {
  identity: (raw) => raw,
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** UTF-8 where the charset is missing or unknown, as JSON is; a byte order mark is dropped. */
function textDecoder(headers: IncomingHttpHeaders) {
  const charset = /;\s*charset="?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
