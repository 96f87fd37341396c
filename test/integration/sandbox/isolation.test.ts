import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, python, run, text, withLease } from '../docker-fixture.js';

const processesAlive = `
import os
mine = os.getpid()
print([p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, mine)])`;

describe('the isolation of a command', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  it('kills a fork bomb before the next command', () =>
    withLease(test.sandbox, async (container) => {
      const bomb = await run(container, ['sh', '-c', 'f() { f | f & f; }; f'], {
        limits: { timeMs: scaled(500), processes: 40 },
      });
      expect(['time-limit', 'exited']).toContain(bomb.end);
      expect(text((await python(container, processesAlive)).stdout)).toBe('[]\n');
    }));

  it('kills orphans of a program that ended, and does not wait for them', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, [
        'sh',
        '-c',
        'setsid sleep 30 & setsid sh -c "sleep 30; echo late" & echo done',
      ]);
      expect(ran).toMatchObject({ end: 'exited', exitCode: 0 });
      expect(ran.wallMs).toBeLessThan(scaled(2000));
      expect(text(ran.stdout)).toBe('done\n');
      expect(text((await python(container, processesAlive)).stdout)).toBe('[]\n');
    }));

  it('counts the CPU time of orphans', () =>
    withLease(test.sandbox, async (container) => {
      const orphan = `
import os, time
seen, worked = os.pipe()
if os.fork() == 0:
    while time.process_time() < 0.12: pass
    os.write(worked, b'x')
    while True: pass
os.read(seen, 1)`;
      const ran = await python(container, orphan);
      expect(ran.cpuMs).toBeGreaterThan(100);
    }));

  it('shows a program itself and the machine, but no other process and no use of the container', () =>
    withLease(test.sandbox, async (container) => {
      const reading = (paths: readonly string[]) => `
import glob
for pattern in ${JSON.stringify(paths)}:
    for path in glob.glob(pattern):
        try: open(path).read(1)
        except OSError as error: print(path, error.strerror)
        else: print(path, 'read')`;
      const hidden = [
        ...['/proc/1/schedstat', '/proc/1/stat', '/proc/1/task/1/schedstat', '/proc/1/status'],
        ...['/proc/stat', '/proc/loadavg', '/proc/vmstat', '/sys/fs/cgroup/memory/memory.max_usage_in_bytes'],
        ...['/sys/fs/cgroup/cpuacct/cpuacct.usage', '/sys/fs/cgroup/cpu.stat', '/sys/fs/cgroup/memory.peak'],
      ];
      const shown = [
        ...['/proc/self/stat', '/proc/self/maps', '/proc/self/task/*/stat', '/proc/meminfo', '/proc/cpuinfo'],
        ...[
          '/sys/devices/system/cpu/online',
          '/sys/fs/cgroup/memory/memory.limit_in_bytes',
          '/sys/fs/cgroup/memory.max',
        ],
      ];
      const refused = text((await python(container, reading(hidden))).stdout)
        .trim()
        .split('\n');
      expect(refused.filter((line) => !line.endsWith('Permission denied'))).toEqual([]);
      expect(refused.length).toBeGreaterThanOrEqual(8);
      const read = text((await python(container, reading(shown))).stdout)
        .trim()
        .split('\n');
      expect(read.filter((line) => !line.endsWith(' read'))).toEqual([]);
      expect(read.length).toBeGreaterThanOrEqual(7);
      // Of a host where it cannot be hidden, the worker's log says so.
      expect(test.sandbox.stats().sources).toMatchObject({ hiding: true });
      expect(test.logged.filter(({ message }) => message.includes('no Landlock'))).toEqual([]);
    }));

  it('hides everything of a submission from the next one', async () => {
    const litter = `
import os, subprocess, ctypes
os.makedirs('a/b/c'); open('a/b/c/secret', 'w').write('x'); os.chmod('a/b', 0)
d = os.getcwd()
for i in range(300):
    os.mkdir('d'); os.chdir('d')
os.chdir('/tmp'); open('left', 'w').write('x'); os.symlink('/etc', 'link'); os.mkfifo('pipe')
open('/dev/shm/left', 'w').write('x')
libc = ctypes.CDLL(None)
assert libc.shmget(1234, 4096, 0o1666) >= 0 and libc.semget(1234, 1, 0o1666) >= 0 and libc.msgget(1234, 0o1666) >= 0
assert ctypes.CDLL(None).mq_open(b'/left', os.O_CREAT | os.O_RDWR, 0o666, None) >= 0
subprocess.Popen(['sleep', '30'], start_new_session=True)
print(os.listdir('/dev/mqueue'))`;
    const first = await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      const ran = await python(container, litter);
      expect(text(ran.stderr)).toBe('');
      expect(text(ran.stdout)).toBe("['left']\n");
      return containerId;
    });
    await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      expect(containerId).toBe(first);
      const look = `
import os
print([os.listdir(p) for p in ('/sandbox', '/tmp', '/dev/shm', '/dev/mqueue')])
print([len(open('/proc/sysvipc/' + k).readlines()) - 1 for k in ('shm', 'sem', 'msg')])`;
      expect(text((await python(container, look)).stdout)).toBe('[[], [], [], []]\n[0, 0, 0]\n');
      expect(text((await python(container, processesAlive)).stdout)).toBe('[]\n');
    });
  });

  it('gives no network', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await python(
        container,
        "import os, socket\nprint(os.listdir('/sys/class/net'))\nsocket.create_connection(('1.1.1.1', 53), 1)",
      );
      expect(text(ran.stdout)).toBe("['lo']\n");
      expect(ran.exitCode).toBe(1);
      expect(text(ran.stderr)).toContain('Operation not permitted');
    }));

  it('gives no privilege, no descriptor but its three streams, and no way to write outside the work area', () =>
    withLease(test.sandbox, async (container) => {
      const look = `
import os
status = dict(l.split(':', 1) for l in open('/proc/self/status') if ':' in l)
print({k: status[k].strip() for k in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb', 'NoNewPrivs', 'Seccomp')})
print(os.getuid() == os.geteuid() == os.getgid() and os.getuid() >= 20000, os.getgroups())
print(sorted(os.listdir('/proc/self/fd'))[:4], os.getsid(0) == os.getpid())
def refused(action):
    try:
        action(); return False
    except OSError: return True
print(refused(lambda: open('/etc/x', 'w')), refused(lambda: os.kill(1, 9)), refused(lambda: os.listdir('/proc/1/fd')),
  refused(lambda: open('/proc/1/mem')), refused(lambda: os.setuid(0)), refused(lambda: open('${'/usr/local/libexec/grading-runner'}')))`;
      const ran = await python(container, look);
      expect(text(ran.stderr)).toBe('');
      const none = '0000000000000000';
      expect(text(ran.stdout)).toBe(
        `{'CapInh': '${none}', 'CapPrm': '${none}', 'CapEff': '${none}', 'CapAmb': '${none}', 'NoNewPrivs': '1', 'Seccomp': '2'}\n` +
          // The fourth is the directory being listed.
          "True []\n['0', '1', '2', '3'] True\nTrue True True True True True\n",
      );
    }));

  it('lets a program open its own standard streams by name', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sh', '-c', 'cat /dev/stdin > /dev/stdout'], { stdin: 'named' });
      expect(text(ran.stdout)).toBe('named');
    }));

  it('lets none read what it prints, nor open a terminal: a compiler that does waits for ever', () =>
    withLease(test.sandbox, async (container) => {
      const open = `import os
for name, mode in (('/dev/stdout', 'r'), ('/dev/stderr', 'r'), ('/dev/stdin', 'w'), ('/dev/ptmx', 'r'), ('/dev/pts/ptmx', 'r')):
  try: open(name, mode); print('opened', name)
  except PermissionError: print('refused')
try: os.chmod('/proc/self/fd/1', 0o666); print('changed')
except PermissionError: print('refused')`;
      expect(text((await python(container, open)).stdout)).toBe('refused\n'.repeat(6));
      for (const name of ['/dev/stderr', '/dev/stdout', '/dev/fd/2', '/proc/self/fd/1', '/dev/ptmx']) {
        const source = `#include <iostream>\n#include "${name}"\nint main() {}\n`;
        await container.writeFile('main.cpp', Buffer.from(source));
        const compiled = await run(container, ['g++', 'main.cpp', '-o', 'main']);
        expect(compiled).toMatchObject({ end: 'exited', exitCode: 1 });
        expect(text(compiled.stderr)).toContain('Permission denied');
      }
    }));

  it('gives no more files than can be removed soon, wherever a program may write', () =>
    withLease(test.sandbox, async (container) => {
      const fill = `import os
for place in ('/sandbox', '/tmp', '/dev/shm'):
  os.chdir(place)
  made = 0
  try:
    while made < 50_000:
      os.mkdir(str(made)); made += 1
  except OSError as error: print(error.errno, made < 20_001)`;
      expect(text((await python(container, fill)).stdout)).toBe('28 True\n28 True\n28 True\n');
    }));

  it('tells no program when an earlier one used the shared folders', () =>
    withLease(test.sandbox, async (container) => {
      await python(container, "open('/tmp/a', 'w'); open('/dev/shm/a', 'w')");
      const look = "import os\nprint(os.stat('/tmp').st_mtime, os.stat('/dev/shm').st_mtime)";
      const ran = await python(container, look, { freshTmp: true });
      expect(text(ran.stdout)).toBe('0.0 0.0\n');
    }));

  it('survives a program that makes itself the smaller victim of the kernel', async () => {
    const hide = `
import os
open('/proc/self/oom_score_adj', 'w').write('0')
for i in range(60):
    if os.fork() == 0:
        open('/proc/self/oom_score_adj', 'w').write('0')
        x = bytearray(8 * 1024 * 1024)
        import time; time.sleep(${scaled(3000) / 1000}); os._exit(0)
import time; time.sleep(${scaled(3000) / 1000})`;
    await withLease(test.sandbox, async (container) => {
      const ran = await python(container, hide, { limits: { memoryKb: 64 * 1024, timeMs: scaled(4000) } });
      expect(ran.end).toBe('memory-limit');
    });
    await withLease(test.sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
  });
});
