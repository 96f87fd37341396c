import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import { ActionableError } from '../process/actionable-error.js';
import { installationRoot } from '../process/installation-root.js';
import { namedFileError } from '../process/named-file.js';
import { replaceFile } from '../process/replace-file.js';

/** Where a platform is: settings as the environment would have them. */
const contextSchema = z.object({ settings: z.record(z.string(), z.string()) });

const fileSchema = z.object({
  version: z.literal(1),
  current: z.string().optional(),
  contexts: z.record(z.string(), contextSchema),
});

export type PlatformContext = z.output<typeof contextSchema>;

/** Platforms by name, and which of them commands speak of when nothing else is said. */
export interface Contexts {
  readonly current?: string | undefined;
  readonly contexts: Readonly<Record<string, PlatformContext>>;
}

export const noContexts: Contexts = { contexts: {} };

/** The contexts that a user keeps; `$XDG_CONFIG_HOME/grader/contexts.json`. */
export function keptContextsPath(environment: NodeJS.ProcessEnv, homeOf = homedir): string {
  const { XDG_CONFIG_HOME: configHome = '', HOME: home = homeOr('/', homeOf) } = environment;
  return join(configHome === '' ? join(home, '.config') : configHome, 'grader', 'contexts.json');
}

/** A container may run under a number that has neither name nor home. */
function homeOr(fallback: string, homeOf: () => string): string {
  try {
    return homeOf();
  } catch {
    return fallback;
  }
}

/** The platforms that were started in this checkout; `grader up` and `grader demo` write it, `grader down` removes it. */
export function startedContextsPath(checkout = installationRoot): string {
  return join(checkout, '.local', 'contexts.json');
}

/** None where there is no such file, or one that this user may not read. @throws ActionableError when it makes no sense. */
export function readContexts(path: string): Contexts {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (isMissingOrForbidden(cause)) return noContexts;
    throw namedFileError('read the contexts in', path, cause);
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ActionableError(`${path} does not have the form of a file of contexts.`, {
      remedy: `Correct it, or move it away: mv ${path} ${path}.bad`,
      cause,
    });
  }
}

/** Whose file it is that we may not read; undefined where we may, or there is none. */
export function unreadableOwner(path: string): number | undefined {
  try {
    closeSync(openSync(path, 'r'));
  } catch (error) {
    if (hasErrorCode(error, 'EACCES')) return statSync(path, { throwIfNoEntry: false })?.uid;
  }
  return undefined;
}

/** Replaces the file as a whole. The addresses have passwords, so only its owner may read it. @throws ActionableError */
export function writeContexts(path: string, { current, contexts }: Contexts): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, `${JSON.stringify({ version: 1, current, contexts }, undefined, 2)}\n`);
  } catch (error) {
    throw namedFileError('keep contexts in', path, error);
  }
}

function isMissingOrForbidden(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EACCES'].some((code) => hasErrorCode(error, code));
}
