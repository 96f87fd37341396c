import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeasedContainer } from '../../../activities/dependencies.js';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { generousLimits, never, openTestSandbox, python, run, text, withLease } from '../docker-fixture.js';

const megabyte = 1024 * 1024;
/** For programs in Python and shell. */
const seconds = (count: number) => String(scaled(1000 * count) / 1000);

/** Runs `task` in a container beside so many busy ones that it gets a small part of the cores. */
async function inCrowd(task: (container: LeasedContainer) => Promise<void>): Promise<void> {
  // The kernel shares cores by container, so that it takes many containers to starve one.
  const others = 2 * availableParallelism();
  const crowd = await openTestSandbox({ poolSize: others + 1, cores: 4 * others });
  await withLease(crowd.sandbox, async (one) => {
    const hogs = 'for i in 1 2 3; do (while :; do :; done) & done; while :; do :; done';
    const end = new AbortController();
    const leases = await Promise.all(
      Array.from({ length: others }, () => crowd.sandbox.acquire({ submissionId: 1, signal: never })),
    );
    const crowding = leases.map(({ leaseId }) =>
      run(crowd.sandbox.container(leaseId), ['sh', '-c', hogs], { signal: end.signal }),
    );
    const crowdIsOver = Promise.allSettled(crowding);
    try {
      await expect
        .poll(async () => {
          const { waitMs, cpuMs } = await python(one, 'for _ in range(1_000_000): pass');
          return waitMs / cpuMs;
        })
        .toBeGreaterThan(1);
      await task(one);
    } finally {
      end.abort();
      await crowdIsOver;
      await Promise.all(leases.map(({ leaseId }) => crowd.sandbox.release(leaseId)));
    }
  });
  await crowd.close();
}

describe('the limits of a command', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  it('end a busy loop at its time limit', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sh', '-c', 'while :; do :; done'], {
        limits: { timeMs: scaled(300) },
      });
      expect(ran).toMatchObject({ end: 'time-limit', signal: 9, exitCode: null });
      expect(ran.judgedMs).toBeGreaterThanOrEqual(scaled(300));
      expect(ran.judgedMs).toBeLessThan(scaled(400));
    }));

  it('count sleeping as time', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sleep', seconds(10)], { limits: { timeMs: scaled(300) } });
      expect(ran.end).toBe('time-limit');
      expect(ran.cpuMs).toBeLessThan(scaled(50));
      expect(ran.wallMs).toBeLessThan(scaled(500));
    }));

  it('end a program that stops itself', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sh', '-c', 'kill -STOP $$'], { limits: { timeMs: scaled(300) } });
      expect(ran.end).toBe('time-limit');
    }));

  it('end a command at the hard wall limit', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sleep', seconds(10)], {
        limits: { timeMs: scaled(5000), wallMs: scaled(300) },
      });
      expect(ran.end).toBe('time-limit');
      expect(ran.wallMs).toBeLessThan(scaled(500));
    }));

  it('say nothing about a program the host gives no core, and run it again', async () => {
    const pair = await openTestSandbox({ poolSize: 2, cores: 4 });
    await withLease(pair.sandbox, (one) =>
      withLease(pair.sandbox, async (other) => {
        // Both on one core: each has half of it, so the clock is at its end before the program's time is.
        const onOneCore =
          'import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass';
        const hog = python(other, onOneCore, { limits: { timeMs: scaled(4000) } });
        await sleep(scaled(300));
        const starved = python(one, onOneCore, {
          limits: { timeMs: scaled(1500), wallMs: scaled(1700) },
        });
        await expect(starved).rejects.toMatchObject({
          name: 'HostStarvedError',
          message: expect.stringContaining('the host is overloaded'),
        });
        expect((await run(one, ['true'])).exitCode).toBe(0);
        await hog;
      }),
    );
    await pair.close();
  });

  it('end a process at its processor time, with a signal by which it can say so', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sh', '-c', 'while :; do :; done'], { limits: { cpuSeconds: 1 } });
      expect(ran).toMatchObject({ end: 'signaled', signal: 24 });
      // The kernel counts it in ticks.
      expect(ran.cpuMs).toBeGreaterThan(700);
    }));

  const spin = `import time\nwhile time.thread_time() < ${seconds(0.4)}: pass`;
  const inChild = (work: string) =>
    `import os\nif os.fork() == 0:\n  exec(${JSON.stringify(work)})\n  os._exit(0)\nos.wait()`;
  const inThread = (work: string) =>
    `import threading\nthread = threading.Thread(target=lambda: exec(${JSON.stringify(work)}))\nthread.start()\nthread.join()`;

  it.each([
    ['on one thread', spin],
    ['whose child works', inChild(spin)],
    ['whose second thread works', inThread(spin)],
  ])('take the wait for a core off the time of a program %s', async (_, program) => {
    await inCrowd(async (one) => {
      const ran = await python(one, program, { limits: { timeMs: scaled(650) } });
      expect(ran).toMatchObject({ end: 'exited', exitCode: 0 });
      expect(ran.wallMs).toBeGreaterThan(scaled(650));
      // What it worked, but for a look: when a wait of several tasks ended is known to one.
      expect(ran.judgedMs).toBeGreaterThan(scaled(380));
      expect(ran.judgedMs).toBeCloseTo(ran.wallMs - ran.waitMs, 3);
    });
  });

  it.each([
    ['on one thread', spin],
    ['whose child works', inChild(spin)],
    ['whose second thread works', inThread(spin)],
  ])('end a program %s that is too slow in a crowd, too', async (_, program) => {
    await inCrowd(async (one) => {
      const ran = await python(one, program, { limits: { timeMs: scaled(350) } });
      expect(ran.end).toBe('time-limit');
    });
  });

  it('charge a short program in a crowd with no less than it worked', async () => {
    await inCrowd(async (one) => {
      for (let index = 0; index < 20; index += 1) {
        const ran = await python(one, 'pass');
        expect(ran.cpuMs).toBeGreaterThan(1);
        // A tick may be missing in either count.
        expect(ran.judgedMs).toBeGreaterThan(ran.cpuMs * 0.8 - 1);
      }
    });
  });

  it('excuse no sleep beside threads that work', async () => {
    const working = `import threading, time
stop = time.monotonic() + ${seconds(2)}
def work():
  while time.monotonic() < stop: pass
for _ in range(4): threading.Thread(target=work, daemon=True).start()
time.sleep(${seconds(1.5)})`;
    await inCrowd(async (one) => {
      const ran = await python(one, working, { limits: { timeMs: scaled(650) } });
      expect(ran.end).toBe('time-limit');
      expect(ran.wallMs).toBeLessThan(scaled(1500));
    });
  });

  it('count the work and the memory of children nobody waits for', () =>
    withLease(test.sandbox, async (container) => {
      const program = `import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
reading, writing = os.pipe()
if os.fork() == 0:
  hoard = bytearray(b'x') * (150 << 20)
  while time.process_time() < 0.5: pass
  time.sleep(0.3)
  os._exit(0)
os.close(writing)
os.read(reading, 1)`;
      const ran = await python(container, program);
      expect(ran).toMatchObject({ end: 'exited', exitCode: 0 });
      expect(ran.cpuMs).toBeGreaterThan(500);
      expect(ran.peakMemoryKb).toBeGreaterThan(150 * 1024);
    }));

  it('let no program buy memory with the files that an earlier one left', () =>
    withLease(test.sandbox, async (container) => {
      const memoryKb = 128 * 1024;
      const leave = "open('/tmp/left', 'wb').write(bytes(60 << 20))";
      await container.writeFile('main', Buffer.from('sealed'));
      await container.execute(
        { argv: ['true'], stdin: new Uint8Array(), limits: generousLimits, sealWorkArea: true },
        never,
      );
      await python(container, leave, { limits: { memoryKb }, freshTmp: true });
      const hoard = 'x = bytearray(b"x") * (150 << 20)';
      const ran = await python(container, hoard, { limits: { memoryKb }, freshTmp: true });
      expect(ran.end).toBe('memory-limit');
    }));

  it('excuse no sleep beside the short waits of another thread', async () => {
    const ticking = `import threading, time
def tick():
  while True:
    time.sleep(0.001)
threading.Thread(target=tick, daemon=True).start()
time.sleep(${seconds(1)})`;
    await inCrowd(async (one) => {
      const ran = await python(one, ticking, { limits: { timeMs: scaled(650) } });
      expect(ran.end).toBe('time-limit');
    });
  });

  it('excuse nothing where children do the work', () =>
    withLease(test.sandbox, async (container) => {
      const crowd =
        'for i in 1 2 3 4; do (while :; do :; done) & done; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done';
      const ran = await run(container, ['sh', '-c', crowd]);
      // But for what others on the host took from it.
      expect(ran.waitMs).toBeLessThan(0.2 * ran.wallMs);
      expect(ran.judgedMs).toBeCloseTo(ran.wallMs - ran.waitMs, 3);
    }));

  it('end a crowd of children at the time limit, not at the hard wall limit', () =>
    withLease(test.sandbox, async (container) => {
      const crowd = 'for i in 1 2 3 4 5 6 7 8; do (while :; do :; done) & done; while :; do :; done';
      const ran = await run(container, ['sh', '-c', crowd], {
        limits: { timeMs: scaled(400), wallMs: scaled(8000) },
      });
      expect(ran.end).toBe('time-limit');
      expect(ran.wallMs).toBeLessThan(scaled(1000));
    }));

  it('end a command whose output is one byte too long, and pass one that just fits', () =>
    withLease(test.sandbox, async (container) => {
      const write = (count: number) =>
        python(container, `import sys; sys.stdout.write('x' * ${count})`, {
          limits: { stdoutBytes: megabyte },
        });
      expect(await write(megabyte + 1)).toMatchObject({ end: 'output-limit' });
      const fits = await write(megabyte);
      expect(fits).toMatchObject({ end: 'exited', exitCode: 0 });
      expect(fits.stdout.length).toBe(megabyte);
    }));

  it('end an endless output long before its time limit', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['yes']);
      expect(ran.end).toBe('output-limit');
      expect(ran.wallMs).toBeLessThan(scaled(2000));
    }));

  it('drop the rest of a long stderr and let the command go on', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await python(container, "import sys; sys.stderr.write('e' * 3000000); print('done')", {
        limits: { stderrBytes: 1000 },
      });
      expect(ran).toMatchObject({ end: 'exited', exitCode: 0, stderrTruncated: true });
      expect(text(ran.stdout)).toBe('done\n');
      expect(ran.stderr.length).toBe(1000);
    }));

  it('are not in the way of a command that reads nothing of a large input', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['true'], { stdin: Buffer.alloc(5 * megabyte) });
      expect(ran).toMatchObject({ end: 'exited', exitCode: 0 });
    }));

  it('are not in the way of a large input that comes back as output', () =>
    withLease(test.sandbox, async (container) => {
      const input = Buffer.alloc(4 * megabyte, 'abc\n');
      const ran = await run(container, ['cat'], { stdin: input, limits: { stdoutBytes: 5 * megabyte } });
      expect(input.equals(ran.stdout)).toBe(true);
    }));

  it('tell a kill by memory from the kernel, and the container is replaced afterwards', async () => {
    const first = await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      const ran = await python(container, "x = bytearray(200 * 1024 * 1024); print('survived')", {
        limits: { memoryKb: 64 * 1024 },
      });
      expect(ran).toMatchObject({ end: 'memory-limit', signal: 9 });
      expect(ran.peakMemoryKb).toBeGreaterThan(40 * 1024);
      // Shared pages of the interpreter may be charged to another container, and count in the resident set.
      expect(ran.peakMemoryKb).toBeLessThan(80 * 1024);
      return containerId;
    });
    await withLease(test.sandbox, async (_container, _leaseId, containerId) => {
      expect(containerId).not.toBe(first);
    });
  });

  it('know a program that kills itself by SIGKILL from one that was killed by memory', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sh', '-c', 'kill -KILL $$']);
      expect(ran).toMatchObject({ end: 'signaled', signal: 9 });
    }));

  it('leave a program its whole memory, whatever is in its input and work area', () =>
    withLease(test.sandbox, async (container) => {
      await container.writeFile('data', Buffer.alloc(30 * megabyte, 1));
      const ran = await python(container, 'x = bytearray(b"1") * (50 * 1024 * 1024)', {
        stdin: Buffer.alloc(20 * megabyte, 1),
        limits: { memoryKb: 72 * 1024 },
      });
      expect(ran).toMatchObject({ end: 'exited', exitCode: 0 });
    }));

  it.each([
    ['SIGSEGV', 11],
    ['SIGFPE', 8],
    ['SIGABRT', 6],
    ['SIGPIPE', 13],
  ])('report %s', (name, number) =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sh', '-c', `kill -${number} $$`]);
      expect(ran, name).toMatchObject({ end: 'signaled', signal: number, exitCode: null });
    }),
  );

  it('report exit codes, and a missing program as a shell would', () =>
    withLease(test.sandbox, async (container) => {
      expect(await run(container, ['sh', '-c', 'exit 42'])).toMatchObject({ end: 'exited', exitCode: 42 });
      const missing = await run(container, ['./missing']);
      expect(missing).toMatchObject({ end: 'exited', exitCode: 127 });
      expect(text(missing.stderr)).toBe('./missing: No such file or directory\n');
    }));

  it('bound the size of a file', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await run(container, ['sh', '-c', 'exec head -c 2000000 /dev/zero > big'], {
        limits: { fileBytes: 1_000_000 },
      });
      expect(ran).toMatchObject({ end: 'signaled', signal: 25 });
    }));
});
