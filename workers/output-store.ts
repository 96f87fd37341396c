import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputStore } from '../activities/dependencies.js';
import type { OutputReference } from '../domain/judging/test-report.js';
import { hasErrorCode } from '../platform/process/error-code.js';

/** Shown in place of an output that is gone. */
const previewCharacters = 200;

/**
 * Outputs on their way through a workflow, as files named by their hash.
 * A file appears whole or not at all (rename), and putting the same text again only renews its age.
 */
export function createDirectoryOutputStore(directory: string): OutputStore {
  return {
    async put(text): Promise<OutputReference> {
      const sha256 = createHash('sha256').update(text).digest('hex');
      await store(directory, sha256, text);
      return { sha256, bytes: Buffer.byteLength(text), preview: preview(text) };
    },
    async get(sha256) {
      try {
        return await readFile(join(directory, sha256), 'utf8');
      } catch (error) {
        if (hasErrorCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
  };
}

async function store(directory: string, sha256: string, text: string): Promise<void> {
  const path = join(directory, sha256);
  const now = new Date();
  try {
    await utimes(path, now, now);
    return;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
  await mkdir(directory, { recursive: true });
  const temporary = join(directory, `.${sha256}.${randomUUID()}`);
  await writeFile(temporary, text);
  await rename(temporary, path);
}

function preview(text: string): string {
  return Array.from(text.slice(0, 2 * previewCharacters))
    .slice(0, previewCharacters)
    .join('');
}
