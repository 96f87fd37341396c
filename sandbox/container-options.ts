import type { NamedContainer } from './container-calls.js';
import { runnerPath } from './runner-source.js';
import { seccompOption } from './seccomp-profile.js';

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** Docker's own where absent. */
  readonly runtime?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly memoryKb: number;
  /** The user programs run as. */
  readonly sandboxUid: number;
}

const workAreaBytes = 256 * 1024 * 1024;
const tmpBytes = 256 * 1024 * 1024;
const shmBytes = 64 * 1024 * 1024;
/** Bound the time a reset can take, and kernel memory. */
const inodes = 20_000;
const shmInodes = 4_000;
/** Backstop for the limit on processes of each command, which is the sandbox user's RLIMIT_NPROC. */
const containerPidsLimit = 1024;

/** What a program has no use for and tells it of the host: the engine's own list, and more. */
const maskedPaths = [
  ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
  ...['/proc/sched_debug', '/proc/scsi', '/proc/timer_list', '/proc/timer_stats', '/sys/firmware'],
  ...[
    '/proc/cmdline',
    '/proc/config.gz',
    '/proc/diskstats',
    '/proc/kallsyms',
    '/proc/key-users',
    '/proc/modules',
  ],
  ...[
    '/proc/mdstat',
    '/proc/misc',
    '/proc/partitions',
    '/proc/pressure',
    '/proc/schedstat',
    '/proc/softirqs',
  ],
  ...[
    '/proc/swaps',
    '/proc/vmallocinfo',
    '/proc/zoneinfo',
    '/sys/devices/virtual/powercap',
    '/sys/kernel/debug',
  ],
];

/** What a sandbox container may and may not do; each line names what it stops. */
export function containerOptions(spec: ContainerSpec): NamedContainer {
  const memoryBytes = spec.memoryKb * 1024;
  return {
    name: spec.name,
    Image: spec.image,
    Entrypoint: [runnerPath],
    Cmd: [],
    Env: [`GRADING_UID=${spec.sandboxUid}`],
    Labels: { ...spec.labels },
    User: '0:0',
    WorkingDir: '/sandbox',
    Healthcheck: { Test: ['NONE'] },
    // The control stream: once its client is gone the runner reads the end of its input and exits.
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    HostConfig: {
      ...(spec.runtime === undefined ? {} : { Runtime: spec.runtime }),
      NetworkMode: 'none',
      IpcMode: 'private',
      ReadonlyRootfs: true,
      // The runner needs these to give up its privileges and to end programs; programs have none.
      CapDrop: ['ALL'],
      CapAdd: ['SETUID', 'SETGID', 'KILL'],
      SecurityOpt: ['no-new-privileges', seccompOption],
      MaskedPaths: [...maskedPaths],
      PidsLimit: containerPidsLimit,
      // No core files, and where the kernel hands them to a program of the host's (core(5)), none of these either: it
      // heeds no limit but 1, and runs outside the container, while the crashed program's time goes on.
      Ulimits: [{ Name: 'core', Soft: 1, Hard: 1 }],
      // Equal: no swap. Files in the tmpfs mounts count.
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      Tmpfs: {
        // noatime: when a file was last read would tell a program what ran before it.
        '/sandbox': `rw,exec,nosuid,nodev,noatime,size=${workAreaBytes},nr_inodes=${inodes},mode=1777`,
        // Docker's own has no limit on inodes: a program could leave more folders than can be removed in time.
        '/dev/shm': `rw,noexec,nosuid,nodev,size=${shmBytes},nr_inodes=${shmInodes},mode=1777`,
        '/tmp': `rw,noexec,nosuid,nodev,size=${tmpBytes},nr_inodes=${inodes},mode=1777`,
      },
      // Attached output would be written to the host's disk.
      LogConfig: { Type: 'none', Config: {} },
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
    },
  };
}
