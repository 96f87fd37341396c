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

/** Who the engine runs as: root, as packages install it, or a user without privileges. */
export type EngineOwner = 'root' | 'user';

/** `procps`, which no Debian but a minimal one lacks, for `docker top`. */
const systemPackages = ['systemd-sysv', 'dbus', 'procps', 'linux-image-cloud-amd64', 'docker.io'];
const packages: Readonly<Record<EngineOwner, readonly string[]>> = {
  // Debian's engine starts no container without it on a kernel that has AppArmor.
  root: [...systemPackages, 'apparmor'],
  user: [...systemPackages, 'rootlesskit', 'slirp4netns', 'uidmap', 'dbus-user-session', 'libpam-systemd'],
};
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

const withoutNetwork = '"tls": false, "bridge": "none", "iptables": false';
const engine: Readonly<Record<EngineOwner, string>> = {
  root: `
mkdir -p etc/systemd/system/docker.service.d etc/docker
printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd\\n' > etc/systemd/system/docker.service.d/engine.conf
printf '{"hosts": ["unix:///run/docker.sock", "tcp://0.0.0.0:${enginePort}"], ${withoutNetwork}}' > etc/docker/daemon.json
chroot . systemctl enable docker
`,
  // As Docker's manual has it: a service of a user that lingers, whose manager may limit what its services use.
  user: `
chroot . useradd --create-home engine
printf 'engine:100000:65536\\n' | tee etc/subuid > etc/subgid
mkdir -p var/lib/systemd/linger etc/systemd/system/user@.service.d etc/systemd/user/default.target.wants home/engine/.config/docker
touch var/lib/systemd/linger/engine
printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' > etc/systemd/system/user@.service.d/delegate.conf
cat > etc/systemd/user/engine.service <<'unit'
[Service]
Environment=PATH=/usr/sbin:/usr/bin:/sbin:/bin
Environment="DOCKERD_ROOTLESS_ROOTLESSKIT_FLAGS=--publish 0.0.0.0:${enginePort}:${enginePort}/tcp"
ExecStart=/usr/share/docker.io/contrib/dockerd-rootless.sh
Delegate=yes
unit
ln -s ../engine.service etc/systemd/user/default.target.wants/engine.service
printf '{"hosts": ["unix:///run/user/1000/docker.sock", "tcp://0.0.0.0:${enginePort}"], ${withoutNetwork}}' > home/engine/.config/docker/daemon.json
chroot . chown -R engine: home/engine
chroot . systemctl disable docker.service docker.socket containerd.service
`,
};

/**
 * Made at first use, and kept with what the engine has stored.
 * @param codename of a Debian release; without it this machine's.
 * @throws ServiceError
 */
export async function provideGuestDisk(
  directory: string,
  codename: string | undefined,
  owner: EngineOwner,
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
  const release = { ...installed, codename: codename ?? installed.codename };
  const files = {
    disk: join(directory, 'disk.raw'),
    kernel: join(directory, 'vmlinuz'),
    initrd: join(directory, 'initrd.img'),
  };
  const recipe = JSON.stringify([release.codename, packages[owner], diskSize, finish, engine[owner]]);
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
    progress.step('disk', `bootstrapping ${release.codename} with ${packages[owner].join(', ')}`);
    const say = paced(5_000, (line) => progress.step('disk', line));
    const from = { environment, packages: installer, root, directory: tree };
    await bootstrapTree(release, {
      ...from,
      include: packages[owner],
      finish: finish + engine[owner],
      onLine: say,
    });
    progress.step('disk', 'writing the file system');
    const user = String(process.getuid?.() ?? 0);
    const copy = `set -e; cp "$1"/boot/vmlinuz-* "$2"; cp "$1"/boot/initrd.img-* "$3"; mke2fs -q -t ext4 -d "$1" "$4" ${diskSize}; chown ${user} "$2" "$3" "$4"`;
    await asRoot(['sh', '-c', copy, 'sh', tree, files.kernel, files.initrd, files.disk]);
  } finally {
    await removeTree(root, tree, environment);
  }
  writeFileSync(stamp, hash);
  progress.done('disk', `${files.disk} made`);
  return files;
}
