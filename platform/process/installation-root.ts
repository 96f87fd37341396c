import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout or installed package this code runs from, whether from sources or from dist/. */
export const installationRoot = findUpwards(dirname(fileURLToPath(import.meta.url)));

/** As package.json has it. */
export function installedVersion(): string {
  const { version } = JSON.parse(readFileSync(join(installationRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function findUpwards(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error('package.json was not found above the program');
  return findUpwards(parent);
}
