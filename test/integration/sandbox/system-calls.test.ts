import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, python, run, text, withLease } from '../docker-fixture.js';

/** Of x86-64; arguments with which the call would do something where it is let through. */
const refusedCalls: readonly (readonly [name: string, number: number, ...args: string[]])[] = [
  ['io_uring_setup', 425, '8', 'ctypes.create_string_buffer(256)'],
  ['memfd_secret', 447, '0'],
  ['memfd_create', 319, "b'x'", '0'],
  ['userfaultfd', 323, '1'],
  ['ptrace', 101, '0', '0', '0', '0'],
  ['unshare', 272, '0x10000000'],
  ['clone with a user namespace', 56, '0x10000011', '0', '0', '0', '0'],
  ['setns', 308, '0', '0'],
  ['keyctl', 250, '0', '-3', '0'],
  ['add_key', 248, "b'user'", "b'x'", "b'y'", '1', '-3'],
  ['bpf', 321, '0', '0', '0'],
  ['perf_event_open', 298, 'ctypes.create_string_buffer(128)', '0', '-1', '-1', '0'],
  ['timerfd_create', 283, '1', '0'],
  // A wait for several futexes until a time, which the runner would not take for sleep.
  ['futex_waitv', 449, '0', '0', '0', '0', '0'],
  // How much the runner works says when it looks; the last: for all that the upper half of the register says.
  ["clock_gettime of the runner's CPU time", 228, '-14', 'ctypes.create_string_buffer(16)'],
  ["clock_gettime of the runner's user time", 228, '-15', 'ctypes.create_string_buffer(16)'],
  ["clock_gettime of the runner's thread", 228, '0xfffffff6', 'ctypes.create_string_buffer(16)'],
  [
    "clock_gettime of the runner's CPU time in half a register",
    228,
    'ctypes.c_ulong(0x12345678fffffff2)',
    'ctypes.create_string_buffer(16)',
  ],
  ["timer_create by the runner's CPU time", 222, '-14', '0', 'ctypes.create_string_buffer(8)'],
  ["clock_nanosleep by the runner's CPU time", 230, '-14', '0', 'ctypes.create_string_buffer(16)', '0'],
  ['sync', 162],
  ['mount', 165, "b'a'", "b'/tmp'", "b'tmpfs'", '0', '0'],
  ['process_vm_readv', 310, 'os.getpid()', '0', '0', '0', '0', '0'],
  ['name_to_handle_at', 303, '-100', "b'/'", '0', '0', '0'],
  ['fanotify_init', 300, '0', '0'],
  ['personality without random addresses', 135, '0x0040000'],
  ['prctl for a core to itself', 157, '62', '1', '0', '0', '0'],
  ['prctl for a core to itself in half a register', 157, 'ctypes.c_ulong(0x10000003e)', '1', '0', '0', '0'],
  ['setrlimit of the size of core files', 160, '4', '(ctypes.c_ulong * 2)(0, 1)'],
  ['prlimit64 of the size of core files', 302, '0', '4', '(ctypes.c_ulong * 2)(0, 1)', '0'],
];

const refusedFamilies = {
  AF_INET: 2,
  AF_INET6: 10,
  AF_VSOCK: 40,
  AF_ALG: 38,
  AF_PACKET: 17,
  AF_RDS: 21,
  AF_TIPC: 30,
  AF_BLUETOOTH: 31,
  AF_XDP: 44,
};

describe('the system calls of a program', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  it.skipIf(process.arch !== 'x64').each(refusedCalls)('do not include %s', (_name, number, ...args) =>
    withLease(test.sandbox, async (container) => {
      const call = `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(${[number, ...args].join(', ')}), ctypes.get_errno())`;
      expect(text((await python(container, call)).stdout)).toBe('-1 1\n');
    }),
  );

  it('change no priority, though they say so: giving way to others is no wait for a core', () =>
    withLease(test.sandbox, async (container) => {
      const giveWay = `import os
before = os.getpriority(os.PRIO_PROCESS, 0)
os.nice(5); os.setpriority(os.PRIO_PROCESS, 0, 19); os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
print(os.getpriority(os.PRIO_PROCESS, 0) - before, os.sched_getscheduler(0))`;
      expect(text((await python(container, giveWay)).stdout)).toBe('0 0\n');
    }));

  it('let no crash reach the core dump handler of the host: it heeds a limit of 1 and no other', () =>
    withLease(test.sandbox, async (container) => {
      const limits = `import resource
print(resource.getrlimit(resource.RLIMIT_CORE))
resource.setrlimit(resource.RLIMIT_STACK, (16 << 20, -1)); resource.prlimit(0, resource.RLIMIT_NOFILE, (64, 64))
print(resource.getrlimit(resource.RLIMIT_STACK)[0] >> 20, resource.getrlimit(resource.RLIMIT_NOFILE)[0])`;
      expect(text((await python(container, limits)).stdout)).toBe('(1, 1)\n16 64\n');
    }));

  it.skipIf(process.arch !== 'x64')('give no pages of a pool of the host, which no limit counts', () =>
    withLease(test.sandbox, async (container) => {
      // Not reserved, such pages are given even where the pool is empty: touching them ends the program.
      const ask = `import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
print(libc.syscall(9, None, 2 << 20, 3, 0x44022, -1, 0), ctypes.get_errno())
print(libc.syscall(29, 0, 2 << 20, 0o7600), ctypes.get_errno())
print(libc.syscall(9, None, 2 << 20, 3, 0x4022, -1, 0) > 0, libc.syscall(29, 0, 4096, 0o3600) >= 0)`;
      expect(text((await python(container, ask)).stdout)).toBe('-1 12\n-1 12\nTrue True\n');
    }),
  );

  it.each(Object.entries(refusedFamilies))('open no socket of %s', (_name, family) =>
    withLease(test.sandbox, async (container) => {
      const open = `import errno, socket
for kind in (1, 2, 3, 5):
  try:
    socket.socket(${family}, kind, 0)
    print('opened', kind)
  except OSError as error:
    print(error.errno)`;
      expect(text((await python(container, open)).stdout)).toBe('1\n1\n1\n1\n');
    }),
  );

  it('include all that threads, processes, pipes and files of the three languages take', () =>
    withLease(test.sandbox, async (container) => {
      const work = `
import asyncio, mmap, multiprocessing, os, select, signal, socket, subprocess, tempfile, threading, time
seen = []
thread = threading.Thread(target=lambda: seen.append('thread')); thread.start(); thread.join()
with multiprocessing.Pool(2) as pool: seen.append(pool.map(abs, [-1, -2]))
seen.append(subprocess.run(['sh', '-c', 'echo sub | cat'], capture_output=True).stdout)
with tempfile.NamedTemporaryFile() as file: mmap.mmap(file.fileno(), 4096) if file.truncate(4096) else None
one, other = socket.socketpair(); one.send(b'pair'); seen.append(other.recv(4))
async def later(): await asyncio.sleep(0.01); return 'loop'
seen.append(asyncio.run(later()))
signal.signal(signal.SIGALRM, lambda *_: seen.append('alarm')); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.1)
os.sched_setaffinity(0, os.sched_getaffinity(0)); os.nice(1)
for pid in (0, os.getpid()): time.clock_gettime(~pid << 3 | 2)
for clock in range(8): time.clock_gettime(clock)
time.clock_gettime(time.pthread_getcpuclockid(threading.get_ident()))
print(seen)`;
      const ran = await python(container, work);
      expect(text(ran.stderr)).toBe('');
      expect(text(ran.stdout)).toBe("['thread', [1, 2], b'sub\\n', b'pair', 'loop', 'alarm']\n");
    }));

  it('tell nothing of the host in /proc', () =>
    withLease(test.sandbox, async (container) => {
      const files = ['cmdline', 'config.gz', 'modules', 'kallsyms', 'partitions', 'diskstats', 'schedstat'];
      const look = `for f in ${files.join(' ')}; do wc -c < /proc/$f; done; ls /proc/pressure 2>/dev/null; true`;
      const ran = await run(container, ['sh', '-c', look]);
      // One that this kernel does not have is an error of the shell's.
      expect(text(ran.stdout)).toMatch(/^(0\n)+$/);
    }));
});
