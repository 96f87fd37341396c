import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrapTree, installedRelease, removeTree } from '../../devstack/services/bootstrap-tree.js';
import type { Command } from '../../devstack/services/command.js';
import {
  findProgram,
  findRootAccess,
  prefixed,
  runCommand,
  serviceEnvironment,
} from '../../devstack/services/command.js';
import type { PackageInstaller } from '../../devstack/services/packages.js';
import type { Progress } from '../../devstack/services/progress.js';
import { paced } from '../../devstack/services/progress.js';
import { ServiceError } from '../../devstack/services/service-error.js';

/** A disk with a Debian system that runs a Docker engine, and what boots it. */
export interface GuestDisk {
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
}

/**
 * `apparmor`: Debian's engine starts no container without it on a kernel that has AppArmor. `procps`, which no Debian but
 * a minimal one lacks: for `docker top`.
 */
const packages = ['systemd-sysv', 'dbus', 'procps', 'linux-image-cloud-amd64', 'docker.io', 'apparmor'];
/** What an engine without root needs besides: user ids to map, a network of its own, and a systemd of its user. */
const rootlessPackages = ['rootlesskit', 'slirp4netns', 'iproute2', 'uidmap', 'dbus-user-session'];
/** Sparse: takes what is written to it. */
const diskSize = '16G';
const fileSystemTimeoutMs = 900_000;

/** The engine's port in the guest. */
export const enginePort = 2375;

/**
 * Settings of the guest. Its one network is QEMU's, which leads nowhere; the engine is reached from this machine's
 * loopback. Under emulation services take minutes to start.
 */
const finish = `
echo cgroup-v2 > etc/hostname
mkdir -p etc/systemd/network etc/systemd/system.conf.d
printf '[Match]\\nType=ether\\n[Network]\\nAddress=10.0.2.15/24\\n' > etc/systemd/network/guest.network
printf '[Manager]\\nDefaultTimeoutStartSec=infinity\\n' > etc/systemd/system.conf.d/slow.conf
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer systemd-networkd-wait-online.service serial-getty@ttyS0.service getty@tty1.service
do ln -sf /dev/null etc/systemd/system/$unit; done
chroot . systemctl enable systemd-networkd
`;

const engineOptions = '--tls=false --bridge=none --iptables=false';

const engineOfRoot = `
mkdir -p etc/systemd/system/docker.service.d
printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd -H unix:///run/docker.sock -H tcp://0.0.0.0:${enginePort} ${engineOptions}\\n' > etc/systemd/system/docker.service.d/engine.conf
chroot . systemctl enable docker
`;

/** As Docker's page on it says: a user whose services stay, with the controllers that limit memory, cores and processes. */
const engineOfAUser = `
chroot . systemctl mask docker docker.socket containerd
chroot . useradd --create-home engine
home=home/engine/.config/systemd/user
mkdir -p var/lib/systemd/linger etc/systemd/system/user@.service.d $home/default.target.wants
touch var/lib/systemd/linger/engine
mkdir -p etc/systemd/journald.conf.d
printf '[Journal]\\nForwardToConsole=yes\\nMaxLevelConsole=info\\n' > etc/systemd/journald.conf.d/console.conf
printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' > etc/systemd/system/user@.service.d/delegate.conf
cat > $home/docker.service <<'UNIT'
[Service]
Environment=PATH=/usr/sbin:/usr/bin:/sbin:/bin
Environment="DOCKERD_ROOTLESS_ROOTLESSKIT_FLAGS=-p 0.0.0.0:${enginePort}:${enginePort}/tcp"
ExecStart=/usr/share/docker.io/contrib/dockerd-rootless.sh -H tcp://0.0.0.0:${enginePort} ${engineOptions}
Delegate=yes
UNIT
ln -s ../docker.service $home/default.target.wants/docker.service
chroot . chown -R engine: /home/engine
`;

/**
 * Made at first use, and kept with what the engine has stored.
 * @param guest.release a Debian release's code name; without it this machine's.
 * @throws ServiceError
 */
export async function provideGuestDisk(
  directory: string,
  guest: { readonly release?: string; readonly rootless?: boolean },
  environment: NodeJS.ProcessEnv,
  installer: PackageInstaller,
  progress: Progress,
): Promise<GuestDisk> {
  const installed = installedRelease();
  if (installed?.id !== 'debian') {
    throw new ServiceError(
      'The virtual machine is made of packages of Debian, and this machine has others.',
      {
        remedy: 'Run it on Debian, with an http mirror in /etc/apt.',
      },
    );
  }
  const release = { ...installed, codename: guest.release ?? installed.codename };
  const include = guest.rootless ? [...packages, ...rootlessPackages] : packages;
  const settings = finish + (guest.rootless ? engineOfAUser : engineOfRoot);
  const files = {
    disk: join(directory, 'disk.raw'),
    kernel: join(directory, 'vmlinuz'),
    initrd: join(directory, 'initrd.img'),
  };
  const recipe = JSON.stringify([release.codename, include, diskSize, settings]);
  const hash = createHash('sha256').update(recipe).digest('hex');
  const stamp = join(directory, 'made-of');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    progress.done('disk', `${files.disk} is there`);
    return files;
  }
  const root = await findRootAccess(environment);
  if (root === undefined) {
    throw new ServiceError('Making the disk of the virtual machine needs root, or sudo without a password.', {
      remedy: 'Run the command again as root.',
    });
  }
  if (findProgram('mke2fs', environment) === undefined) await installer.install(['e2fsprogs']);
  mkdirSync(directory, { recursive: true });
  const tree = join(directory, 'tree');
  const asRoot = (command: Command) =>
    runCommand(prefixed(root.prefix, command), {
      environment: serviceEnvironment(environment),
      timeoutMs: fileSystemTimeoutMs,
    });
  await removeTree(root, tree, environment);
  await asRoot(['rm', '-f', stamp, ...Object.values(files)]);
  try {
    progress.step('disk', `bootstrapping ${release.codename} with ${include.join(', ')}`);
    const say = paced(5_000, (line) => progress.step('disk', line));
    const from = { environment, packages: installer, root, directory: tree };
    await bootstrapTree(release, {
      ...from,
      include,
      finish: settings,
      onLine: say,
    });
    progress.step('disk', 'writing the file system');
    const owner = String(process.getuid?.() ?? 0);
    const copy = `set -e; cp "$1"/boot/vmlinuz-* "$2"; cp "$1"/boot/initrd.img-* "$3"; mke2fs -q -t ext4 -d "$1" "$4" ${diskSize}; chown ${owner} "$2" "$3" "$4"`;
    await asRoot(['sh', '-c', copy, 'sh', tree, files.kernel, files.initrd, files.disk]);
  } finally {
    await removeTree(root, tree, environment);
  }
  writeFileSync(stamp, hash);
  progress.done('disk', `${files.disk} made`);
  return files;
}
