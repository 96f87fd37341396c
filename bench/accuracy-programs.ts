const spin = `#include <time.h>
static void spin(long ms) {
  struct timespec now;
  do { for (volatile int i = 0; i < 20000; i++) {} clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); }
  while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < ms);
}
`;
const touch = `#include <stdlib.h>
static char *touch(long bytes) {
  char *memory = (char *)malloc(bytes);
  for (long at = 0; at < bytes; at += 4096) memory[at] = 1;
  return memory;
}
`;

interface CppProgram {
  readonly name: string;
  readonly source: string;
  readonly stdin?: string;
}

const cpp: readonly CppProgram[] = [
  { name: 'nothing', source: 'int main() {}' },
  {
    name: 'a + b by iostream',
    source: '#include <iostream>\nint main() { long a, b; std::cin >> a >> b; std::cout << a + b; }',
    stdin: '3 5\n',
  },
  { name: 'works 40 ms', source: `${spin}int main() { spin(40); }` },
  { name: 'works 150 ms', source: `${spin}int main() { spin(150); }` },
  { name: 'works 600 ms', source: `${spin}int main() { spin(600); }` },
  { name: 'sleeps 100 ms', source: '#include <unistd.h>\nint main() { usleep(100000); }' },
  { name: 'sleeps 400 ms', source: '#include <unistd.h>\nint main() { usleep(400000); }' },
  { name: 'heap of 10 MiB', source: `${touch}int main() { return touch(10 << 20)[1]; }` },
  { name: 'heap of 120 MiB', source: `${touch}int main() { return touch(120 << 20)[1]; }` },
  {
    name: 'heap of 60 MiB, freed, then works',
    source: `${touch}${spin}int main() { free(touch(60 << 20)); spin(50); }`,
  },
  {
    name: 'static array of 64 MiB, used',
    source:
      'static char all[64 << 20];\nint main() { for (int i = 0; i < 64 << 20; i += 4096) all[i] = 1; return all[1]; }',
  },
  {
    name: 'static array of 64 MiB, unused',
    source: 'static char all[64 << 20];\nint main(int n, char **) { return all[n]; }',
  },
  {
    name: 'recursion through 6 MiB of stack',
    source:
      'static int down(int n) { volatile char room[1000]; room[n % 1000] = 1; return n ? down(n - 1) + room[n % 1000] : 0; }\nint main() { return down(5800) == 0; }',
  },
  {
    name: 'map of 200 000',
    source:
      '#include <map>\nint main() { std::map<int, int> all; for (int i = 0; i < 200000; i++) all[i * 7] = i; return all.size() == 0; }',
  },
  {
    name: 'prints 900 KB',
    source: '#include <stdio.h>\nint main() { for (int i = 0; i < 90000; i++) puts("123456789"); }',
  },
  {
    name: 'a child with 50 MiB',
    source: `${touch}#include <sys/wait.h>\n#include <unistd.h>\nint main() { if (fork() == 0) _exit(touch(50 << 20)[1]); wait(0); }`,
  },
  {
    name: 'two threads work 100 ms each',
    source: `${spin}#include <thread>\nint main() { std::thread other(spin, 100); spin(100); other.join(); }`,
  },
];

export interface AccuracyProgram {
  readonly name: string;
  readonly argv: readonly string[];
  readonly stdin: string;
}

/** What time and memory are compared for: each kind of time, each kind of memory, three languages. */
export const accuracyPrograms: readonly AccuracyProgram[] = [
  ...cpp.map(({ name, stdin = '' }, index) => ({ name: `C++: ${name}`, argv: [`./p${index}`], stdin })),
  { name: 'Python: nothing', argv: ['python3', '-c', ''], stdin: '' },
  { name: 'Python: list of a million', argv: ['python3', '-c', 'x = list(range(1000000))'], stdin: '' },
  { name: 'Java: array of 40 MB', argv: ['java', 'Fill'], stdin: '' },
];

export const accuracySources: Readonly<Record<string, string>> = {
  ...Object.fromEntries(cpp.map(({ source }, index) => [`p${index}.cpp`, `${source}\n`])),
  'Fill.java':
    'public class Fill { public static void main(String[] a) { byte[] all = new byte[40000000]; java.util.Arrays.fill(all, (byte) 1); System.out.println(all[a.length]); } }\n',
};

export const accuracyBuild = [
  ...cpp.map((_, index) => `g++ -O1 -pthread p${index}.cpp -o p${index}`),
  'javac Fill.java',
].join('\n');
