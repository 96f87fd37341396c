import type { InlineOrStoredText } from '../domain/judging/test-report.js';
import type { OutputStore } from './dependencies.js';

/** Each byte of a payload stands in a history three times: run, record, notify. */
export const inlineLimitBytes = 2048;

export async function inlineOrStored(
  outputs: OutputStore,
  text: string,
  limitBytes = inlineLimitBytes,
): Promise<InlineOrStoredText> {
  return Buffer.byteLength(text) <= limitBytes ? text : outputs.put(text);
}

/** @returns undefined when the reference cannot be read on this host. */
export async function readText(outputs: OutputStore, kept: InlineOrStoredText): Promise<string | undefined> {
  return typeof kept === 'string' ? kept : outputs.get(kept.sha256);
}
