/** A way to let the clock run without working; each runs for `ms` by the wall and then ends by itself. */
export interface ClockProgram {
  readonly name: string;
  readonly argv: readonly string[];
}

/** One binary with a way each: what they share is how to fight for a core, and how to know the time. */
const stretchCpp = `#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <sched.h>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>
using namespace std;
using clk = chrono::steady_clock;
static clk::time_point finish;
static bool over() { return clk::now() >= finish; }
static void spin_us(long us) { for (auto until = clk::now() + chrono::microseconds(us); clk::now() < until;) {} }
static void nap_us(long us) { this_thread::sleep_for(chrono::microseconds(us)); }
static void pin(int core) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  sched_setaffinity(0, sizeof one, &one);
}
/* Threads that fight for one core: their waits together are many times the time they take. */
static void fight(int threads, long ms) {
  atomic<bool> stop{false};
  vector<thread> all;
  for (int i = 0; i < threads; i++) all.emplace_back([&] { pin(0); while (!stop) {} });
  nap_us(ms * 1000);
  stop = true;
  for (auto &each : all) each.join();
}
static void spinning(int threads, const auto &wait) {
  vector<thread> all;
  for (int i = 0; i < threads; i++) all.emplace_back([] { while (!over()) {} });
  wait();
  for (auto &each : all) each.join();
}
static string runner_times() {
  char text[64] = "";
  int fd = open("/proc/1/schedstat", O_RDONLY);
  if (fd >= 0) { ssize_t got = read(fd, text, 63); text[got > 0 ? got : 0] = 0; close(fd); }
  return text;
}
/* Sleeps until the one that looks has run, and is runnable then. */
static void awake_at_looks() {
  string seen = runner_times();
  while (!over()) {
    nap_us(200);
    string now = runner_times();
    if (now != seen) for (auto until = clk::now() + 1ms; clk::now() < until;) sched_yield();
    seen = runner_times();
  }
}
/* The same by the clock alone, for one that would look every 20 ms. */
static void awake_every_20ms() {
  auto next = clk::now();
  while (!over()) {
    for (auto until = clk::now() + 4ms; clk::now() < until;) sched_yield();
    this_thread::sleep_until(next += 20ms);
  }
}
static void duty(long work_us, long rest_us) { while (!over()) { spin_us(work_us); nap_us(rest_us); } }
static void rest() { this_thread::sleep_until(finish); }
int main(int, char **v) {
  string way = v[1];
  finish = clk::now() + chrono::milliseconds(atol(v[2]));
  if (way == "sleep") rest();
  else if (way == "naps") while (!over()) { sched_yield(); nap_us(1000); }
  else if (way == "poll") while (!over()) poll(nullptr, 0, 10);
  else if (way == "condition") { mutex m; condition_variable c; unique_lock lock(m); c.wait_until(lock, finish, over); }
  else if (way == "alarm") {
    signal(SIGALRM, [](int) {});
    itimerval every{{0, 10000}, {0, 10000}};
    setitimer(ITIMER_REAL, &every, nullptr);
    while (!over()) pause();
  } else if (way == "socket") {
    int ends[2];
    timeval most{atol(v[2]) / 1000, atol(v[2]) % 1000 * 1000};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    spinning(4, [ends] { char byte; if (recv(ends[0], &byte, 1, 0) > 0) abort(); });
  } else if (way == "spinning-threads") spinning(8, rest);
  else if (way == "spinning-thread-sleeps") spinning(8, [] { thread(rest).join(); });
  else if (way == "spinning-condition") spinning(8, [] {
    thread([] { mutex m; condition_variable c; unique_lock lock(m); c.wait_until(lock, finish, over); }).join();
  });
  else if (way == "fight-naps") { fight(120, 50); while (!over()) { for (int i = 0; i < 50; i++) sched_yield(); nap_us(1000); } }
  else if (way == "fight-looks") { fight(120, 50); awake_at_looks(); }
  else if (way == "fight-grid") { fight(120, 50); awake_every_20ms(); }
  else if (way == "fights-again") while (!over()) { fight(60, 20); nap_us(60000); }
  else if (way == "duty-90") { fight(120, 50); duty(9000, 1000); }
  else if (way == "duty-85-threads") {
    vector<thread> all;
    for (int i = 0; i < 40; i++) all.emplace_back([] { pin(0); duty(200, 1500); });
    for (auto &each : all) each.join();
  } else if (way == "idle-class") {
    sched_param none{};
    sched_setscheduler(0, SCHED_IDLE, &none);
    pin(0);
    if (fork() == 0) { while (!over()) { spin_us(300); nap_us(3000); } _exit(0); }
    duty(100, 2000);
    wait(nullptr);
  } else if (way == "stops-itself") {
    pid_t other = fork(), parent = getppid();
    if (other == 0) { rest(); while (getppid() != parent && kill(getppid(), SIGCONT) == 0) nap_us(1000); _exit(0); }
    raise(SIGSTOP);
  } else if (way == "stop-in-turns") {
    pid_t other = fork();
    if (other == 0) for (;;) { spin_us(100); }
    while (!over()) { kill(other, SIGSTOP); nap_us(3000); kill(other, SIGCONT); nap_us(500); }
    kill(other, SIGKILL);
  } else if (way == "child-sleeps") { if (fork() == 0) { rest(); _exit(0); } wait(nullptr); }
  else if (way == "vfork") { if (vfork() == 0) { rest(); _exit(0); } }
  else if (way == "orphans") {
    signal(SIGCHLD, SIG_IGN);
    while (!over()) { if (fork() == 0) { nap_us(5000); _exit(0); } nap_us(2000); }
  } else if (way == "fork-storm") {
    for (auto until = clk::now() + 50ms; clk::now() < until;) { if (fork() == 0) _exit(0); wait(nullptr); }
    while (!over()) { sched_yield(); nap_us(500); }
  } else if (way == "exec-by-thread") {
    thread([&] { char *next[] = {v[0], (char *)"naps", v[2], nullptr}; execv(v[0], next); }).join();
  } else if (way == "ping-pong") {
    int a[2], b[2];
    if (pipe(a) != 0 || pipe(b) != 0) return 1;
    char byte = 1;
    if (fork() == 0) { while (read(a[0], &byte, 1) == 1 && write(b[1], &byte, 1) == 1) {} _exit(0); }
    while (!over()) { if (write(a[1], &byte, 1) != 1 || read(b[0], &byte, 1) != 1) return 1; nap_us(500); }
    close(a[1]);
  } else if (way == "disk") {
    int fd = open("/tmp/file", O_CREAT | O_RDWR, 0600);
    while (!over()) { if (write(fd, "x", 1) != 1) return 1; fsync(fd); nap_us(200); lseek(fd, 0, SEEK_SET); }
  } else return 2;
}
`;

export const clockSources = {
  'stretch.cpp': stretchCpp,
  'Stretch.java': `public class Stretch {
  public static void main(String[] arguments) throws Exception {
    long end = System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000;
    for (int i = 0; i < 4; i++) {
      Thread other = new Thread(() -> { while (System.nanoTime() < end) Thread.yield(); });
      other.setDaemon(true);
      other.start();
    }
    while (System.nanoTime() < end) Thread.sleep(5);
  }
}
`,
} as const;

export const clockBuild = 'g++ -std=c++20 -O1 -pthread stretch.cpp -o stretch\njavac Stretch.java';

const pythonThreads =
  'import sys, threading, time\nend = time.monotonic() + int(sys.argv[1]) / 1000\n' +
  'def other():\n    while time.monotonic() < end: pass\n' +
  'for _ in range(4): threading.Thread(target=other).start()\ntime.sleep(int(sys.argv[1]) / 1000)\n';

const ways: readonly (readonly [way: string, name: string])[] = [
  ['sleep', 'sleeps'],
  ['naps', 'sleeps 1 ms at a time, yields between'],
  ['poll', 'polls nothing with a time-out'],
  ['condition', 'waits on a condition until a time'],
  ['alarm', 'pauses until an alarm, again and again'],
  ['socket', 'waits for a socket until a time, 4 threads spin'],
  ['spinning-threads', 'main sleeps, 8 threads spin'],
  ['spinning-thread-sleeps', 'a thread sleeps, 8 spin'],
  ['spinning-condition', 'a thread waits until a time, 8 spin'],
  ['fight-naps', '120 threads fight for a core, then naps'],
  ['fight-looks', '120 threads fight, then awake at looks only'],
  ['fight-grid', '120 threads fight, then awake every 20 ms'],
  ['fights-again', 'fights, sleeps, fights again'],
  ['duty-90', 'fights, then works 9 ms of 10'],
  ['duty-85-threads', '40 threads on one core work now and then'],
  ['idle-class', 'in the idle class beside its child'],
  ['stops-itself', 'stops itself, a child continues it'],
  ['stop-in-turns', 'stops and continues a spinning child'],
  ['child-sleeps', 'a child sleeps'],
  ['vfork', 'a child of vfork sleeps'],
  ['orphans', 'children nobody waits for sleep'],
  ['fork-storm', '50 ms of forks, then naps'],
  ['exec-by-thread', 'exec by a second thread, then naps'],
  ['ping-pong', 'two processes wake each other and sleep'],
  ['disk', 'waits for the disk'],
];

/** @param ms by the wall until a program ends by itself. */
export function clockPrograms(ms: number): readonly ClockProgram[] {
  return [
    ...ways.map(([way, name]) => ({ name: `C++: ${name}`, argv: ['./stretch', way, String(ms)] })),
    { name: 'Python: main sleeps, 4 threads spin', argv: ['python3', '-c', pythonThreads, String(ms)] },
    { name: 'Java: main sleeps, 4 threads spin', argv: ['java', '-Xshare:auto', 'Stretch', String(ms)] },
  ];
}
