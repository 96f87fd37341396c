import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptMirror } from './apt-mirror.js';
import type { Command, RootAccess } from './command.js';
import { findProgram, prefixed, runCommand, serviceEnvironment } from './command.js';
import { unmountBelow } from './mounts.js';
import type { PackageInstaller } from './packages.js';

/** A Debian or Ubuntu release, and where this machine's apt gets it from. */
export interface Release {
  readonly id: string;
  readonly codename: string;
  readonly mirror: string;
}

export interface TreeOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly packages: PackageInstaller;
  readonly root: RootAccess;
  readonly directory: string;
  /** Packages of the release that it has besides the least. */
  readonly include: readonly string[];
  /** Shell commands that complete it, run as root in the directory. */
  readonly finish: string;
  readonly onLine: (line: string) => void;
}

/** On a host with load 35 it took 20 min. */
const bootstrapTimeoutMs = 3_600_000;

/** The release of this machine; undefined where it is no Debian, or where apt has no usable mirror. */
export function installedRelease(): Release | undefined {
  const release = releaseOf(readFileSync('/etc/os-release', 'utf8'));
  const mirror = release && aptMirror(aptSources(), release.codename);
  return release && mirror !== undefined ? { ...release, mirror } : undefined;
}

/** Lays a release's files out in a directory, which must not be there. @throws ServiceError */
export async function bootstrapTree(release: Release, options: TreeOptions): Promise<void> {
  const { environment: given, packages, root, directory, include, finish, onLine } = options;
  if (findProgram('debootstrap', given) === undefined) await packages.install(['debootstrap']);
  const environment = await bootstrapEnvironment(given);
  const components = release.id === 'ubuntu' ? ['--components=main,universe'] : [];
  await asRoot(
    root,
    [
      'debootstrap',
      '--variant=minbase',
      `--include=${include.join(',')}`,
      ...components,
      release.codename,
      directory,
      release.mirror,
    ],
    {
      environment,
      onLine: (line) => onLine(line.replace(/^I: /, '').slice(0, 80)),
      timeoutMs: bootstrapTimeoutMs,
    },
  );
  const end = `set -e; cd "$1"; rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/*\n${finish}`;
  await asRoot(root, ['sh', '-c', end, 'sh', directory], { environment });
}

export async function removeTree(
  root: RootAccess,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  if (!existsSync(directory)) return;
  // An interrupted bootstrap leaves /proc mounted in it.
  await unmountBelow([directory], root);
  await asRoot(root, ['rm', '-rf', '--one-file-system', directory], {
    environment: serviceEnvironment(environment),
  });
}

/** Id and code name of the release, as /etc/os-release has them; undefined where it is neither Debian nor Ubuntu. */
export function releaseOf(osRelease: string): { readonly id: string; readonly codename: string } | undefined {
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1];
  const id = value('ID');
  const codename = value('VERSION_CODENAME');
  return (id === 'debian' || id === 'ubuntu') && codename ? { id, codename } : undefined;
}

function aptSources(): readonly string[] {
  const directory = '/etc/apt/sources.list.d';
  const parts = existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
  return ['/etc/apt/sources.list', ...parts]
    .filter((path) => /\.(list|sources)$/.test(path) && existsSync(path))
    .map((path) => readFileSync(path, 'utf8'));
}

/** debootstrap does not read apt's settings: a proxy configured there is handed to it. */
async function bootstrapEnvironment(given: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const environment = serviceEnvironment(given, { DEBIAN_FRONTEND: 'noninteractive' });
  const options = { environment, timeoutMs: 10_000 };
  const answer = await runCommand(['apt-config', 'shell', 'P', 'Acquire::http::Proxy'], options).catch(
    () => '',
  );
  const proxy = /^P='([^']+)'/m.exec(answer)?.[1];
  return proxy === undefined || proxy === 'DIRECT' ? environment : { ...environment, http_proxy: proxy };
}

function asRoot(
  root: RootAccess,
  command: Command,
  options: Parameters<typeof runCommand>[1],
): Promise<string> {
  // sudo drops the environment; what matters is given as words.
  const kept = ['http_proxy', 'https_proxy', 'DEBIAN_FRONTEND'].flatMap((name) => {
    const value = options.environment[name];
    return root.prefix.length > 0 && value !== undefined ? [`${name}=${value}`] : [];
  });
  const environmentWords = kept.length > 0 ? ['env', ...kept] : [];
  return runCommand(prefixed([...root.prefix, ...environmentWords], command), options);
}
