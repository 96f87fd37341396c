import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, python, run, text, withLease } from '../docker-fixture.js';

const megabyte = 1024 * 1024;

describe('the input of a program', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  it.each([
    ['asks for its size, as fast readers do', 'print(os.read(0, os.fstat(0).st_size).decode())'],
    ['maps it', 'print(mmap.mmap(0, 0, access=mmap.ACCESS_READ)[:].decode())'],
    ['goes back in it', 'sys.stdin.read(); sys.stdin.seek(0); print(sys.stdin.read())'],
    ['looks where it ends', 'size = os.lseek(0, 0, 2); print(os.pread(0, size, 0).decode())'],
    ['opens it by name', "print(open('/dev/stdin').read())"],
    ['opens it by name when a part is read', "os.read(0, 2); print(open('/proc/self/fd/0').read())"],
    ['leaves it to a child', "print(subprocess.run(['cat'], capture_output=True).stdout.decode())"],
  ])('is a file, as for the legacy workers, to one that %s', (_, program) =>
    withLease(test.sandbox, async (container) => {
      const ran = await python(container, `import mmap, os, subprocess, sys\n${program}`, { stdin: '3 5' });
      expect(text(ran.stderr)).toBe('');
      expect(text(ran.stdout)).toBe('3 5\n');
    }),
  );

  it('is an empty file where there is none', () =>
    withLease(test.sandbox, async (container) => {
      const ran = await python(container, 'import os\nprint(os.fstat(0).st_size, os.read(0, 9))');
      expect(text(ran.stdout)).toBe("0 b''\n");
    }));

  it('is changed, linked and found by nobody', () =>
    withLease(test.sandbox, async (container) => {
      const tries = `import os
def attempt(action):
  try: return action()
  except OSError as error: return error.strerror
print(attempt(lambda: os.write(0, b'x')))
print(attempt(lambda: os.open('/proc/self/fd/0', os.O_WRONLY)))
print(attempt(lambda: os.truncate('/proc/self/fd/0', 0)))
print(attempt(lambda: os.chmod('/proc/self/fd/0', 0o666)))
print(attempt(lambda: os.link('/proc/self/fd/0', '/tmp/kept', follow_symlinks=True)))
print(os.listdir('/tmp'), os.stat('/tmp').st_mtime)`;
      const ran = await python(container, tries, { stdin: '3 5', freshTmp: true });
      expect(text(ran.stderr)).toBe('');
      expect(text(ran.stdout).split('\n')).toEqual([
        'Bad file descriptor',
        'Permission denied',
        'Permission denied',
        'Operation not permitted',
        expect.stringMatching(
          /^(No such file or directory|Operation not permitted|Invalid cross-device link)$/,
        ),
        '[] 0.0',
        '',
      ]);
    }));

  it('is in memory once, beside what its program may have', () =>
    withLease(test.sandbox, async (container) => {
      const input = Buffer.alloc(48 * megabyte, '1234567 ');
      const ran = await run(container, ['sh', '-c', 'cat | wc -c; cat | wc -c'], {
        stdin: input,
        limits: { memoryKb: 16 * 1024 },
      });
      expect(text(ran.stdout).match(/\d+/g)).toEqual([String(input.length), '0']);
    }));

  it('takes no name that a program has left in the way', () =>
    withLease(test.sandbox, async (container) => {
      const block = "import os\nfor n in range(9): os.mkdir(f'/tmp/.input-{n}')";
      await python(container, block);
      expect(text((await run(container, ['cat'], { stdin: 'there' })).stdout)).toBe('there');
    }));
});
