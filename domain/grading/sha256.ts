import { sha256 as sha256OfBytes } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * SHA-256 of a text in UTF-8, as hexadecimal digits: what PostgreSQL's `sha256` says of the same text. Workflow code has
 * no cryptographic built-ins, and an output must be comparable without being carried along.
 */
export function sha256(text: string): string {
  return bytesToHex(sha256OfBytes(utf8ToBytes(text)));
}
