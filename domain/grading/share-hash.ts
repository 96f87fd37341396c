import type { Share } from './share.js';
import { shareSteps } from './share.js';

/**
 * Which submissions are ours: a pure function of the id, so that every bridge decides alike at all times.
 *
 * - exact: 0 takes none, 10 000 takes all;
 * - monotone: raising a share only adds ids, lowering it only removes ids;
 * - sticky: an id's place depends on nothing but the salt.
 *
 * The rule, for other languages (test vectors in docs/cutover.md): h = MurmurHash3 x86 32-bit, seed 0, of the UTF-8
 * text `<purpose>:<salt>:<id>`; bucket = floor(h × 10000 / 2³²). An id is in when bucket < share.
 */
export function isInShare(submissionId: number, share: Share, salt: string, purpose: SharePurpose): boolean {
  return shareBucket(submissionId, salt, purpose) < share;
}

/** Each purpose has its own hash; otherwise the shadow sample would follow the routed ids. */
export type SharePurpose = 'route' | 'shadow';

/** 0–9999, uniform over ids. */
export function shareBucket(submissionId: number, salt: string, purpose: SharePurpose): number {
  return Math.floor((murmur3(encoder.encode(`${purpose}:${salt}:${submissionId}`)) * shareSteps) / 2 ** 32);
}

const encoder = new TextEncoder();

/** MurmurHash3 x86 32-bit with seed 0; an unsigned 32-bit number. */
function murmur3(bytes: Uint8Array): number {
  const wholeWords = bytes.length >> 2;
  let hash = 0;
  for (let word = 0; word < wholeWords; word += 1) {
    hash ^= scrambled(littleEndian(bytes, word * 4, 4));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  const rest = bytes.length & 3;
  if (rest > 0) hash ^= scrambled(littleEndian(bytes, wholeWords * 4, rest));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scrambled(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function littleEndian(bytes: Uint8Array, offset: number, count: number): number {
  let word = 0;
  for (let index = 0; index < count; index += 1) word |= (bytes[offset + index] ?? 0) << (8 * index);
  return word;
}
