import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionOutcome } from '../../../domain/judging/execution.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, python, text, withLease } from '../docker-fixture.js';

const megabyteKb = 1024;

/** Long enough to be looked at, on a host of any load. */
const whileHeld = 'import time\nuntil = time.thread_time() + 0.3\nwhile time.thread_time() < until: pass';

describe('the peak of a program', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  const measured = async (program: string): Promise<ExecutionOutcome> => {
    const outcome = await withLease(test.sandbox, (container) => python(container, program));
    expect(text(outcome.stderr)).toBe('');
    expect(outcome).toMatchObject({ end: 'exited', exitCode: 0 });
    return outcome;
  };

  it.each([
    [
      'what it held before it had its peak forgotten',
      `hoard = bytearray(b'x') * (100 << 20)
${whileHeld}
del hoard
open('/proc/self/clear_refs', 'w').write('5')`,
    ],
    [
      'what its processes hold together',
      `import os
for _ in range(2):
  if os.fork() == 0:
    hoard = bytearray(b'x') * (50 << 20)
    exec(${JSON.stringify(whileHeld)})
    os._exit(0)
for _ in range(2): os.wait()`,
    ],
    [
      'what the kernel holds for it',
      `import socket
pairs = [socket.socketpair() for _ in range(490)]
for one, _ in pairs:
  one.setblocking(False)
  try:
    while True: one.send(bytes(60_000))
  except BlockingIOError: pass
${whileHeld}`,
    ],
  ])('counts %s', async (_, program) => {
    expect((await measured(program)).peakMemoryKb).toBeGreaterThan(75 * megabyteKb);
  });

  it.each([
    ['files that it writes', `open('/tmp/file', 'wb').write(bytes(50 << 20))\n${whileHeld}`],
    [
      'files that it reads',
      `import os
for folder, _, names in os.walk('/usr/lib'):
  for name in names:
    try: open(os.path.join(folder, name), 'rb').read(1 << 16)
    except OSError: pass
${whileHeld}`,
    ],
    ['more for a program that holds little', whileHeld],
  ])('counts no %s', async (_, program) => {
    const { peakMemoryKb } = await measured(program);
    expect(peakMemoryKb).toBeGreaterThan(5 * megabyteKb);
    expect(peakMemoryKb).toBeLessThan(70 * megabyteKb);
  });
});
