import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { aptMirror } from './apt-mirror.js';
import type { Command, RootAccess } from './command.js';
import { findProgram, findRootAccess, prefixed, runCommand, serviceEnvironment } from './command.js';
import { followImageStream } from './image-stream.js';
import { unmountBelow } from './mounts.js';
import { paced } from './progress.js';
import type { Provision } from './provision.js';
import { ServiceError } from './service-error.js';

/** The release's own default JDK: which versions there are differs between releases. */
const packages = ['bash', 'build-essential', 'default-jdk-headless', 'python3', 'time'];

/**
 * Makes the sandbox image out of packages, from the mirror this machine's apt uses; needs no image registry.
 * @returns undefined where apt has no usable mirror. @throws ServiceError
 */
export async function bootstrapImage(
  provision: Provision,
  engine: Docker,
  image: string,
): Promise<string | undefined> {
  const { progress, checkout } = provision;
  const release = releaseOf(readFileSync('/etc/os-release', 'utf8'));
  const mirror = release && aptMirror(aptSources(), release.codename);
  if (release === undefined || mirror === undefined) return undefined;
  const root = await findRootAccess(provision.environment);
  if (root === undefined) {
    throw new ServiceError('Making the sandbox image from packages needs root, or sudo without a password.', {
      remedy: `Run the command again as root, or build it elsewhere: docker build -t ${image} deploy/sandbox-image`,
    });
  }
  if (findProgram('debootstrap', provision.environment) === undefined) {
    await provision.packages.install(['debootstrap']);
  }
  const directory = join(checkout.localDirectory, 'rootfs');
  const environment = await bootstrapEnvironment(provision);
  await removeTree(root, directory, environment);
  try {
    progress.step('image', `bootstrapping ${release.codename} with ${packages.join(', ')} (about a minute)`);
    const say = paced(5_000, (line) => progress.step('image', line.replace(/^I: /, '').slice(0, 80)));
    const components = release.id === 'ubuntu' ? ['--components=main,universe'] : [];
    await asRoot(
      root,
      [
        'debootstrap',
        '--variant=minbase',
        `--include=${packages.join(',')}`,
        ...components,
        release.codename,
        directory,
        mirror,
      ],
      { environment, onLine: say, timeoutMs: 1_200_000 },
    );
    const clean = `cd "$1" && rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* && mkdir -p sandbox`;
    await asRoot(root, ['sh', '-c', clean, 'sh', directory], { environment });
    progress.step('image', 'importing it into the engine');
    await importTree(engine, root, directory, image);
  } finally {
    await removeTree(root, directory, environment);
  }
  progress.done('image', `${image} made from packages of ${release.codename}`);
  return image;
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
async function bootstrapEnvironment(provision: Provision): Promise<Record<string, string>> {
  const environment = serviceEnvironment(provision.environment, { DEBIAN_FRONTEND: 'noninteractive' });
  const options = { environment, timeoutMs: 10_000 };
  const answer = await runCommand(['apt-config', 'shell', 'P', 'Acquire::http::Proxy'], options).catch(
    () => '',
  );
  const proxy = /^P='([^']+)'/m.exec(answer)?.[1];
  return proxy === undefined || proxy === 'DIRECT' ? environment : { ...environment, http_proxy: proxy };
}

async function importTree(engine: Docker, root: RootAccess, directory: string, image: string): Promise<void> {
  const command = prefixed(root.prefix, ['tar', '-C', directory, '--numeric-owner', '-c', '.']);
  const tar = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  const [repo, tag = 'latest'] = image.split(':');
  const changes = ['WORKDIR /sandbox', 'CMD ["sleep","3600"]'];
  const imported = engine
    .importImage(tar.stdout, { repo, tag, changes })
    .then((stream) => followImageStream(engine, stream, () => undefined));
  await Promise.all([imported, ended]);
}

async function removeTree(
  root: RootAccess,
  directory: string,
  environment: Record<string, string>,
): Promise<void> {
  if (!existsSync(directory)) return;
  // An interrupted bootstrap leaves /proc mounted in it.
  await unmountBelow([directory], root);
  await asRoot(root, ['rm', '-rf', '--one-file-system', directory], { environment });
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
