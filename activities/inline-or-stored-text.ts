import { cutToJsonBytes, jsonBytes } from '../domain/judging/json-size.js';
import type { InlineOrStoredText } from '../domain/judging/test-report.js';
import type { OutputStore } from './dependencies.js';

/** Each byte of a payload stands in a history three times: run, record, notify. As JSON counts it. */
export const inlineLimitBytes = 2048;

/** @param limitBytes of what the text takes in the payload, inline or as the beginning that a reference shows. */
export async function inlineOrStored(
  outputs: OutputStore,
  text: string,
  limitBytes = inlineLimitBytes,
): Promise<InlineOrStoredText> {
  // A character takes a byte at least.
  if (text.length <= limitBytes && jsonBytes(text) <= limitBytes) return text;
  const reference = await outputs.put(text);
  return { ...reference, preview: cutToJsonBytes(reference.preview, limitBytes) };
}

/** @returns undefined when the reference cannot be read on this host. */
export async function readText(outputs: OutputStore, kept: InlineOrStoredText): Promise<string | undefined> {
  return typeof kept === 'string' ? kept : outputs.get(kept.sha256);
}
