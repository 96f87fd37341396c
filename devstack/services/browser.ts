import { findProgram } from './command.js';
import type { PackageInstaller } from './packages.js';

const program = 'chromium';

/** The browser that tests of the web console drive. @returns its path. @throws ServiceError where it cannot be installed. */
export async function provideBrowser(
  packages: PackageInstaller,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const found = findProgram(program, environment);
  if (found !== undefined) return found;
  await packages.install([program]);
  return findProgram(program, environment) ?? program;
}
