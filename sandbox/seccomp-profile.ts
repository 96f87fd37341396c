/**
 * The system calls a sandbox container may make: those that compilers, C++, Python and Java need, and the runner. The
 * engine's own default differs from version to version (20.10's lets io_uring, memfd_secret and AF_VSOCK through), so
 * the same list is given to every engine. What is not listed fails with EPERM; calls of another architecture end the
 * program.
 */
interface SeccompRule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly errnoRet?: number;
  readonly args?: readonly SeccompArgument[];
}

interface SeccompArgument {
  /** Of the call's arguments, from 0. */
  readonly index: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
  readonly value: number;
  readonly valueTwo?: number;
}

const files = `access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2
  fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock
  fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr lchown lgetxattr link linkat
  listxattr llistxattr lremovexattr lseek lsetxattr lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 pread64 preadv preadv2
  pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr splice
  stat statfs statx symlink symlinkat tee truncate umask unlink unlinkat utime utimensat
  utimes vmsplice write writev`;

const memory = `brk get_mempolicy madvise membarrier mincore mlock mlock2 mlockall mprotect mremap msync munlock
  munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages`;

const processes = `arch_prctl capget capset execve execveat exit exit_group fork getegid geteuid getgid getgroups
  getpgid getpgrp getpid getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid kill
  landlock_add_rule landlock_create_ruleset landlock_restrict_self pidfd_open pidfd_send_signal restart_syscall rseq sched_get_priority_max sched_get_priority_min
  sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity
  sched_yield set_robust_list get_robust_list set_tid_address setfsgid setfsuid setgid setgroups setpgid setregid setresgid setresuid setreuid setsid setuid
  set_thread_area tgkill tkill vfork wait4 waitid`;

const signalsAndTime = `alarm clock_getres futex getitimer gettimeofday
  nanosleep pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
  rt_tgsigqueueinfo setitimer sigaltstack signalfd signalfd4 time timer_delete timer_getoverrun
  timer_gettime timer_settime times`;

const waiting = `epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 inotify_add_watch
  inotify_init inotify_init1 inotify_rm_watch ioctl pipe pipe2 poll ppoll pselect6 select`;

const betweenProcesses = `mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv
  msgsnd semctl semget semop semtimedop shmat shmctl shmdt`;

const sockets = `accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg
  sendmsg sendto setsockopt shutdown`;

const aboutTheSystem = 'getcpu getrandom sysinfo uname';

/**
 * Address families, and the one netlink protocol by which a program lists its network interfaces. None of the internet's:
 * the loopback is there for as long as the container, and would keep counters and used ports for the next program.
 */
const unix = 1;
const netlink = { family: 16, route: 0 };

/** CLONE_NEW…: a namespace of its own would give a program capabilities in it. */
const namespaceFlags = 0x7e02_0000;
const noSuchCall = 38;

/**
 * The number of a clock of CPU time is the process's, inverted, before three bits for the kind: a clock of process 1, the
 * runner, would tell when it looks at the program.
 */
const kindBits = 3;
const otherClocks = anyBut(0, ~1 << kindBits, kindBits);

/** Pages of a host's own pool: no resident set and no memory limit counts them. As where that pool is empty. */
const hugePages = { mmap: 0x4_0000, shmget: 0x800 };
const noMemory = 12;

/** Of a core to itself: programs on its other threads would wait. */
const coreScheduling = 62;
/** A limit of 1, the container's, is the one at which the kernel starts no program of the host's for a crash. */
const coreFileLimit = 4;

const rules: readonly SeccompRule[] = [
  allow(
    [files, memory, processes, signalsAndTime, waiting, betweenProcesses, sockets, aboutTheSystem]
      .join(' ')
      .split(/\s+/),
  ),
  allow(['clone'], [{ index: 0, op: 'SCMP_CMP_MASKED_EQ', value: namespaceFlags, valueTwo: 0 }]),
  // Its flags stand in memory, where no filter sees them. The C library then falls back to clone.
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: noSuchCall },
  allow(['socket'], [equal(0, unix)]),
  allow(['socket'], [equal(0, netlink.family), equal(2, netlink.route)]),
  allow(['socketpair'], [equal(0, unix)]),
  ...otherClocks.map((clock) => allow(['clock_gettime', 'clock_nanosleep', 'timer_create'], [clock])),
  // Done without effect: who gives way to all others waits for a core by choice, and such waits are not judged.
  { names: ['sched_setattr', 'sched_setparam', 'sched_setscheduler'], action: 'SCMP_ACT_ERRNO', errnoRet: 0 },
  // A negative priority, which is a higher one, is refused.
  {
    names: ['setpriority'],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: 0,
    args: [{ index: 2, op: 'SCMP_CMP_MASKED_EQ', value: 0x8000_0000, valueTwo: 0 }],
  },
  ...withoutFlag('mmap', 3, hugePages.mmap, noMemory),
  ...withoutFlag('shmget', 2, hugePages.shmget, noMemory),
  ...anyBut(0, coreScheduling).map((option) => allow(['prctl'], [option])),
  ...anyBut(0, coreFileLimit).map((limit) => allow(['setrlimit'], [limit])),
  ...anyBut(1, coreFileLimit).map((limit) => allow(['prlimit64'], [limit])),
  // Asking for it.
  allow(['prlimit64'], [equal(2, 0)]),
  // As it is, and the question what it is: others change how a program is laid out in memory.
  ...[0, 0xffff_ffff].map((persona) => allow(['personality'], [equal(0, persona)])),
];

function allow(names: readonly string[], args?: readonly SeccompArgument[]): SeccompRule {
  return { names, action: 'SCMP_ACT_ALLOW', ...(args === undefined ? {} : { args }) };
}

function equal(index: number, value: number): SeccompArgument {
  return { index, op: 'SCMP_CMP_EQ', value };
}

/** Fails with `errnoRet` where the flag is set. */
function withoutFlag(name: string, index: number, flag: number, errnoRet: number): readonly SeccompRule[] {
  const masked = (valueTwo: number): SeccompArgument => ({
    index,
    op: 'SCMP_CMP_MASKED_EQ',
    value: flag,
    valueTwo,
  });
  return [
    allow([name], [masked(0)]),
    { names: [name], action: 'SCMP_ACT_ERRNO', errnoRet, args: [masked(flag)] },
  ];
}

/** Every number of 32 bits that differs from `value` in a bit from `firstBit` on; the kernel reads no more of it. */
function anyBut(index: number, value: number, firstBit = 0): readonly SeccompArgument[] {
  return Array.from({ length: 32 - firstBit }, (_, at) => {
    const bit = (1 << (at + firstBit)) >>> 0;
    return { index, op: 'SCMP_CMP_MASKED_EQ', value: bit, valueTwo: (~value & bit) >>> 0 };
  });
}

/** For `SecurityOpt`: an engine takes the profile itself, so no file has to lie on its host. */
export const seccompOption = `seccomp=${JSON.stringify({
  defaultAction: 'SCMP_ACT_ERRNO',
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: [] },
  ],
  syscalls: rules,
})}`;
