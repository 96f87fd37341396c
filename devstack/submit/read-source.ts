import { closeSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../../domain/errors/error-code.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { UsageError } from '../../platform/terminal/usage-error.js';

/** No program of a student is as long; reading ends there, whatever the file is. */
const maxBytes = 1024 * 1024;

/** @throws UsageError that says what the file is instead of a source file. */
export function readSource(file: string): string {
  const bytes = readBytes(file);
  if (bytes.length > maxBytes) throw new UsageError(`${file} has more than 1 MiB: it is no source file.`);
  if (bytes.length === 0) throw new UsageError(`${file} is empty.`);
  const utf16 = utf16Name(bytes);
  if (utf16 !== undefined) {
    throw new UsageError(
      `${file} is ${utf16}; a program is handed in as UTF-8. Convert it: iconv -f ${utf16} -t UTF-8 '${file}' > NEW_FILE`,
    );
  }
  if (bytes.includes(0)) {
    throw new UsageError(
      `${file} is binary (it has NUL bytes). Give the source file, not the compiled program.`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(
      `${file} is no UTF-8 text. If it is in another encoding, convert it: iconv -f ISO-8859-1 -t UTF-8 '${file}' > NEW_FILE`,
      { cause },
    );
  }
}

function readBytes(file: string): Buffer {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return readUpTo(descriptor, maxBytes + 1);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new UsageError(`${file} ${whyUnreadable(error)}. Give the path of a source file.`, {
      cause: error,
    });
  }
}

/** A pipe, as in <(…), comes in pieces. */
function readUpTo(descriptor: number, maxBytes: number): Buffer {
  const bytes = Buffer.alloc(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const read = readSync(descriptor, bytes, length, maxBytes - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function whyUnreadable(error: unknown): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'EACCES') return 'may not be read by you';
  return `cannot be read (${errorLine(error)})`;
}

/** By its mark, or by the NUL beside each character of a program. */
function utf16Name(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'UTF-16';
  if (first === 0xfe && second === 0xff) return 'UTF-16';
  const start = bytes.subarray(0, 200);
  const nulAt = (odd: number) => start.filter((byte, index) => index % 2 === odd && byte === 0).length;
  const half = start.length / 2;
  if (nulAt(1) > half * 0.8 && nulAt(0) === 0) return 'UTF-16LE';
  return nulAt(0) > half * 0.8 && nulAt(1) === 0 ? 'UTF-16BE' : undefined;
}
