import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputStore } from '../activities/dependencies.js';
import { hasErrorCode } from '../domain/errors/error-code.js';
import type { OutputReference } from '../domain/judging/test-report.js';

/** Shown in place of an output that is gone. */
const previewCharacters = 200;

/**
 * Outputs on their way through a workflow, as files named by their hash.
 * A file appears whole or not at all (rename), and putting the same text again only renews its age. What does not have
 * the hash it is named by, for whatever reason, counts as gone.
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
        const path = join(directory, sha256);
        const bytes = await readFile(path);
        if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes.toString('utf8');
        // Else the same text could not be put again.
        await rm(path, { force: true });
        return undefined;
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
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = join(directory, `.${sha256}.${randomUUID()}`);
  await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
  await rename(temporary, path);
}

function preview(text: string): string {
  return Array.from(text.slice(0, 2 * previewCharacters))
    .slice(0, previewCharacters)
    .join('');
}
