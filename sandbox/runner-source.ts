import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { tarArchive } from './tar-archive.js';

/** Where its source stands while it is compiled. */
export const runnerSourceFolder = '/usr/local/src/grading-runner';
/** Where the warm image holds the compiled runner; root alone may read it. */
export const runnerPath = '/usr/local/libexec/grading-runner';

export interface RunnerSource {
  /** Names the source in image tags: 12 hex digits. */
  readonly hash: string;
  /** Tar archive of the source files. */
  readonly archive: Buffer;
}

export async function readRunnerSource(): Promise<RunnerSource> {
  const { directory, names } = await findSource();
  const files = await Promise.all(
    names.map(async (name) => ({ name, content: await readFile(new URL(name, directory)) })),
  );
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.name}\0${file.content.length}\0`).update(file.content);
  return { hash: hash.digest('hex').slice(0, 12), archive: await tarArchive(files) };
}

/** Beside this file, or where the sources stand when this file is part of a program in dist/. */
async function findSource(): Promise<{ directory: URL; names: string[] }> {
  const places = [new URL('./runner/', import.meta.url), new URL('../sandbox/runner/', import.meta.url)];
  for (const directory of places) {
    const entries = await readdir(directory).catch((): string[] => []);
    const names = entries.filter((name) => /\.[ch]$/.test(name)).sort();
    if (names.length > 0) return { directory, names };
  }
  throw new Error(
    `the runner's source is missing: looked in ${places.map((place) => place.pathname).join(', ')}`,
  );
}
