import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapTree, installedRelease, removeTree } from '../../devstack/services/bootstrap-tree.js';
import { findProgram, findRootAccess } from '../../devstack/services/command.js';
import { createPackageInstaller } from '../../devstack/services/packages.js';
import { createProgress } from '../../devstack/services/progress.js';
import { eventually } from '../integration/eventually.js';

/** A Debian host of its own, as far as files, users and systemd go; kernel and network are this machine's. */
export interface SystemdHost {
  /** Its files, as this machine sees them. */
  readonly root: string;
  /** Before `boot`. @returns what the command printed. */
  change(...command: readonly [string, ...string[]]): string;
  boot(): Promise<void>;
  /** As root, in the host that runs. @returns what the command printed, errors included; its status is of no matter. */
  run(...command: readonly [string, ...string[]]): string;
  remove(): Promise<void>;
}

/** Far longer than it takes. */
const shutdownMs = 60_000;

/** @throws where this machine is no Debian, or this user not root. */
export async function createSystemdHost(
  include: readonly string[],
  /** Of this machine, as the host is to know them. */
  shared: Readonly<Record<string, string>>,
): Promise<SystemdHost> {
  const release = installedRelease();
  const rights = await findRootAccess(process.env);
  if (release === undefined || rights === undefined || rights.prefix.length > 0) {
    throw new Error('This test makes a Debian system and boots it: run it as root, on Debian or Ubuntu.');
  }
  const packages = createPackageInstaller(process.env, createProgress(process.stdout));
  if (findProgram('systemd-nspawn', process.env) === undefined) await packages.install(['systemd-container']);
  const directory = mkdtempSync(join(tmpdir(), 'grader-systemd-'));
  const root = join(directory, 'tree');
  const removeFiles = async (): Promise<void> => {
    await removeTree(rights, root, process.env);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await bootstrapTree(release, {
      ...{ environment: process.env, packages, root: rights, directory: root, finish: '' },
      include: ['systemd-sysv', 'dbus', ...include],
      onLine: () => undefined,
    });
  } catch (error) {
    await removeFiles();
    throw error;
  }
  let machine: ChildProcess | undefined;
  const inside = (): readonly string[] => {
    const [leader = ''] = childrenOf(machine?.pid);
    return [
      '--target',
      leader,
      '--all',
      '--',
      'env',
      '-i',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'TERM=dumb',
    ];
  };
  const host: SystemdHost = {
    root,
    change: (...command) => execFileSync('chroot', [root, ...command], { encoding: 'utf8', stdio: 'pipe' }),
    async boot() {
      const log = openSync(join(directory, 'boot.log'), 'w');
      const binds = Object.entries(shared).map(([here, there]) => `--bind=${here}:${there}`);
      const boot = ['--boot', '--register=no', '--keep-unit', `--directory=${root}`, ...binds];
      // Where it keeps its mounts has to be in memory, which a container's /run is not: so in a mount table of its own.
      const mount = 'mkdir -p /run/systemd/nspawn && mount -t tmpfs none /run/systemd/nspawn && exec "$@"';
      machine = spawn('unshare', ['--mount', 'sh', '-c', mount, 'sh', 'systemd-nspawn', ...boot], {
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      await eventually(() => {
        const state = host.run('systemctl', 'is-system-running').trim();
        if (state !== 'running') throw new Error(`the host is ${state}`);
      });
    },
    run(...command) {
      const { stdout, stderr } = spawnSync('nsenter', [...inside(), ...command], { encoding: 'utf8' });
      return `${stdout}${stderr}`;
    },
    async remove() {
      if (machine?.exitCode === null) {
        const ended = once(machine, 'exit');
        // Shuts the host down in order.
        machine.kill('SIGTERM');
        const lastResort = setTimeout(() => machine?.kill('SIGKILL'), shutdownMs);
        await ended;
        clearTimeout(lastResort);
      }
      await removeFiles();
    },
  };
  return host;
}

function childrenOf(pid: number | undefined): readonly string[] {
  if (pid === undefined) return [];
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}
