/** A program that works for a given time, so that its verdict is known beforehand. */
export interface SpinningProgram {
  readonly name: string;
  /** Whether the verdict must hold on a loaded host too: all but what works on several cores at once. */
  readonly mustHold: boolean;
  /** How often it runs, as a part of the measurement's runs. */
  readonly runsFactor: number;
  /** Its limit, as a multiple of the measurement's. */
  readonly limitFactor: number;
  /** @param workMs the processor time wanted, per thread. */
  command(workMs: number): readonly string[];
}

const spinCpp = `#include <ctime>
#include <cstdlib>
static long long used(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}
/* By the processor time it is given, so that its demand is the same on any host. */
static inline void spin(long long us) {
  volatile unsigned value = 1;
  while (used(CLOCK_THREAD_CPUTIME_ID) < us)
    for (int i = 0; i < 5000; i++) value = value * 1664525u + 1013904223u;
}
`;

export const stabilitySources = {
  'spin.hpp': spinCpp,
  'single.cpp': '#include "spin.hpp"\nint main(int, char **v) { spin(atoll(v[1])); }\n',
  'threads.cpp':
    '#include "spin.hpp"\n#include <thread>\n' +
    'int main(int, char **v) { std::thread other(spin, atoll(v[1])); spin(atoll(v[1])); other.join(); }\n',
  'fork.cpp':
    '#include "spin.hpp"\n#include <sys/wait.h>\n#include <unistd.h>\n' +
    'int main(int, char **v) { if (fork() == 0) { spin(atoll(v[1])); _exit(0); } wait(nullptr); }\n',
  'spin.py':
    'import os, sys, time\nlimit = int(sys.argv[1]) / 1e6\nwhile time.process_time() < limit:\n' +
    // The interpreter's own end would come on top of what is wanted.
    '    for i in range(2000): pass\nos._exit(0)\n',
  'Spin.java': `public class Spin {
  public static void main(String[] arguments) {
    var threads = java.lang.management.ManagementFactory.getThreadMXBean();
    long limit = Long.parseLong(arguments[0]) * 1000, value = 1;
    while (threads.getCurrentThreadCpuTime() < limit)
      for (int i = 0; i < 20000; i++) value = value * 1664525 + 1013904223;
    if (value == 0) System.out.println(value);
  }
}
`,
} as const;

export const stabilityBuild = [
  ...['single', 'threads', 'fork'].map((name) => `g++ -O1 -pthread ${name}.cpp -o ${name}`),
  'javac Spin.java',
].join('\n');

const microseconds = (workMs: number) => String(Math.round(workMs * 1000));

export const spinningPrograms: readonly SpinningProgram[] = [
  {
    name: 'C++, one thread',
    mustHold: true,
    runsFactor: 1,
    limitFactor: 1,
    command: (workMs) => ['./single', microseconds(workMs)],
  },
  {
    name: 'Python, one thread',
    mustHold: true,
    runsFactor: 1,
    limitFactor: 1,
    command: (workMs) => ['python3', 'spin.py', microseconds(workMs)],
  },
  {
    name: 'C++, two threads',
    mustHold: false,
    runsFactor: 0.1,
    limitFactor: 1,
    command: (workMs) => ['./threads', microseconds(workMs)],
  },
  {
    name: 'C++, a child works',
    mustHold: true,
    runsFactor: 1,
    limitFactor: 1,
    command: (workMs) => ['./fork', microseconds(workMs)],
  },
  {
    // A virtual machine needs a while before it comes to the program at all. Its compiler and collector work beside it
    // where there is a core for them, and one after the other with it on a crowded host.
    name: 'Java',
    mustHold: false,
    runsFactor: 0.1,
    limitFactor: 6,
    command: (workMs) => ['java', '-Xshare:auto', 'Spin', microseconds(workMs)],
  },
];
