import { describe, expect, it } from 'vitest';
import { refusedProcessMessage } from './refused-process.js';

describe('refusedProcessMessage', () => {
  it.each([
    ["std::thread's exception", '  what():  Resource temporarily unavailable\n'],
    ["a shell's fork", 'sh: 0: Cannot fork\n'],
    ["bash's fork", 'bash: fork: retry: Resource temporarily unavailable\n'],
    ['a perror', 'fork: Resource temporarily unavailable\n'],
    ['a perror of a thread', 'pthread_create failed: Resource temporarily unavailable\n'],
    ["Python's thread", "RuntimeError: can't start new thread\n"],
    [
      "Python's fork",
      '  File "main.py", line 3, in <module>\n    if os.fork()==0:\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n',
    ],
    [
      "Python's subprocess",
      '    self.pid = _fork_exec(\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n',
    ],
    [
      "Java's process",
      'java.io.IOException: Cannot run program "sleep": error=11, Resource temporarily unavailable\n',
    ],
    ["Java's thread", 'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory\n'],
  ])('knows %s', (_what, errorOutput) => {
    expect(refusedProcessMessage(errorOutput)).toMatch(/refused a thread or a process/);
  });

  it.each([
    [
      'a lock of a file',
      '    fcntl.flock(b,2|4)\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n',
    ],
    ['an empty pipe', '    os.read(r,1)\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n'],
    [
      'a socket within a thread',
      '  File "/usr/lib/python3.11/threading.py", line 982, in run\n    a.recv(1)\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n',
    ],
    ['a perror of another call', 'read: Resource temporarily unavailable\n'],
    ['a program of words', 'a thread of words\n'],
  ])('does not take %s for one', (_what, errorOutput) => {
    expect(refusedProcessMessage(errorOutput)).toBeUndefined();
  });

  it('takes time in proportion to the error output', () => {
    for (const word of ['fork', 'thread ', 'what():  ', 'spawn\n']) {
      const startedAt = performance.now();
      refusedProcessMessage(word.repeat(20_000));
      expect(performance.now() - startedAt).toBeLessThan(1000);
    }
  });
});
