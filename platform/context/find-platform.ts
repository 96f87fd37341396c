import { loadEnvFile } from '../process/env-file.js';
import { installationRoot } from '../process/installation-root.js';
import { currentDirectory } from '../settings/current-directory.js';
import { NotThereError } from '../terminal/usage-error.js';
import type { Contexts, PlatformContext } from './contexts-file.js';
import { keptContextsPath, readContexts, startedContextsPath, unreadableOwner } from './contexts-file.js';

/** The platform that a command speaks of. */
export interface FoundPlatform {
  /** Of its context; else where its settings are from. */
  readonly name: string;
  /** What its settings are read from. */
  readonly environment: NodeJS.ProcessEnv;
  /** Sentences for the person who asks: what else may have been meant. */
  readonly notes: readonly string[];
}

/** Where settings and contexts are looked for. */
export interface PlatformPlaces {
  readonly workingDirectory: string;
  readonly installation: string;
}

/** Set by `--context`; may also be set by hand. */
export const contextVariable = 'GRADER_CONTEXT';

/** The settings that say which platform is meant. Other ones only say how to work with it. */
export const addressVariables = [
  ...['AMQP_URL', 'RABBITMQ_HOST', 'DATABASE_URL', 'BACKEND_API_URL'],
  ...['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'],
] as const;

/** What an environment sets of them. */
export function addressesIn(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const set = addressVariables.flatMap((name) => {
    const value = environment[name]?.trim() ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}

/**
 * In this order: the context that `--context` names; the environment, completed by the file `.env`; the context that
 * `grader context use` chose; the platform started in this checkout; the defaults.
 *
 * Addresses are never mixed: where the environment names another database or broker than a context has, the context
 * is left alone, so that no command reads one platform and writes to another.
 * @throws NotThereError when the named context does not exist.
 */
export function findPlatform(
  environment: NodeJS.ProcessEnv = process.env,
  { workingDirectory, installation }: PlatformPlaces = {
    workingDirectory: currentDirectory(),
    installation: installationRoot,
  },
): FoundPlatform {
  const kept = readContexts(keptContextsPath(environment));
  const started = readContexts(startedContextsPath(installation));
  const wanted = environment[contextVariable]?.trim() ?? '';
  if (wanted !== '') {
    const context = kept.contexts[wanted] ?? started.contexts[wanted];
    if (context === undefined) throw unknownContext(wanted, [kept, started]);
    return { name: wanted, environment: { ...ownSettings(environment), ...context.settings }, notes: [] };
  }
  const completed = withEnvFile(environment, workingDirectory, installation);
  for (const { current, contexts } of [kept, started]) {
    if (current === undefined) continue;
    const context = contexts[current] ?? started.contexts[current];
    if (context === undefined || !isMeant(context, completed)) continue;
    const settings = { ...completed, ...context.settings, ...ownSettings(completed) };
    return { name: current, environment: settings, notes: [] };
  }
  const name = nameOf(environment, completed);
  return { name, environment: completed, notes: name === 'defaults' ? startedByOthers(installation) : [] };
}

/** Its addresses have passwords, so only who started it may read them. */
function startedByOthers(installation: string): readonly string[] {
  const owner = unreadableOwner(startedContextsPath(installation));
  if (owner === undefined) return [];
  const sudo = owner === 0 ? 'sudo' : `sudo -u '#${owner}'`;
  return [
    `${installation} has a platform that another user started, and only that user may read where it is. To speak of it: ${sudo} ${installation}/grader …`,
  ];
}

/** The file of the directory a command is called in, else that of the installation. */
function withEnvFile(environment: NodeJS.ProcessEnv, here: string, installation: string): NodeJS.ProcessEnv {
  const completed = loadEnvFile(environment, here);
  return completed === environment ? loadEnvFile(environment, installation) : completed;
}

function isMeant({ settings }: PlatformContext, environment: NodeJS.ProcessEnv): boolean {
  return Object.entries(addressesIn(environment)).every(([name, value]) => value === settings[name]);
}

/** What is set beside the addresses counts before the context. */
function ownSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const addresses = new Set<string>(addressVariables);
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => !addresses.has(name) && value?.trim() !== ''),
  );
}

function nameOf(environment: NodeJS.ProcessEnv, completed: NodeJS.ProcessEnv): string {
  const count = Object.keys(addressesIn(environment)).length;
  if (count > 0) return 'environment';
  return Object.keys(addressesIn(completed)).length > 0 ? '.env' : 'defaults';
}

export function unknownContext(name: string, files: readonly Contexts[]): NotThereError {
  const known = [...new Set(files.flatMap(({ contexts }) => Object.keys(contexts)))];
  const there = known.length === 0 ? 'There is none yet.' : `There are: ${known.join(', ')}.`;
  return new NotThereError(`There is no context "${name}". ${there} See: grader context list`);
}
