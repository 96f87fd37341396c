import { join, relative } from 'node:path';

/** Folders whose tests need broker, database and Temporal alone: they run while the sandbox's image is made. */
const folders = ['bridge', 'platform', 'workflow'];

const integration = join(import.meta.dirname, 'integration');

export function usesNoSandbox(testPath: string): boolean {
  return folders.includes(relative(integration, testPath).split('/')[0] ?? '');
}
