/* From the runner to the program: pipes, fork, limits, privileges, exec. */
#define _GNU_SOURCE
#include "spawn.h"
#include "hide.h"
#include "measure.h"
#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_ARGUMENTS 256
#define MAX_ARGUMENT_BYTES 16384
#define STACK_BYTES (8u << 20)
#define OPEN_FILES 1024
/* Its output, its errors, and what exec says. */
#define PIPES 3

static char arguments[MAX_ARGUMENT_BYTES + 1];
static char *argument_vector[MAX_ARGUMENTS + 1];
/* Shared with the child until it execs: on a busy host the runner may wait for a core between clock and fork. */
static struct birth *told;
static uint64_t forked_us;

int parse_arguments(const uint8_t *bytes, size_t length) {
  int count = 0;
  if (length == 0 || length > MAX_ARGUMENT_BYTES || bytes[length - 1] != 0) return -1;
  /* A copy, since the child does not inherit the frame's memory. */
  memcpy(arguments, bytes, length);
  for (size_t at = 0; at < length; at += strlen(arguments + at) + 1) {
    if (count == MAX_ARGUMENTS) return -1;
    argument_vector[count++] = arguments + at;
  }
  argument_vector[count] = NULL;
  return argument_vector[0][0] == 0 ? -1 : 0;
}

static void set_limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard) {
  struct rlimit now, next = {soft, hard};
  if (getrlimit(resource, &now) != 0) return;
  if (next.rlim_max > now.rlim_max) next.rlim_max = now.rlim_max;
  if (next.rlim_cur > next.rlim_max) next.rlim_cur = next.rlim_max;
  setrlimit(resource, &next);
}

static void limit_child(const struct limits *limits) {
  set_limit(RLIMIT_FSIZE, limits->file_bytes, limits->file_bytes);
  set_limit(RLIMIT_STACK, STACK_BYTES, RLIM_INFINITY);
  set_limit(RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES);
  set_limit(RLIMIT_NPROC, limits->processes, limits->processes);
  /* First SIGXCPU, by which a compiler can say what ended it. */
  if (limits->cpu_s > 0) set_limit(RLIMIT_CPU, limits->cpu_s, limits->cpu_s + 2);
}

static void volunteer_for_oom_killer(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "1000", 4) < 0) { /* The larger process is chosen then, which is the program too. */
  }
  close(fd);
}

static void close_from(int first) {
  if (syscall(SYS_close_range, first, ~0u, 0) == 0) return;
  for (int fd = first; fd < OPEN_FILES; fd++) close(fd);
}

static void tell_birth(void) {
  if (told == NULL) return;
  /* Both of one moment: a wait between the two would be excused, though it is before the program's time. */
  uint64_t at_us, wait_us, before_us;
  do {
    before_us = first_thread_times(getpid()).wait_us;
    at_us = now_us();
    wait_us = first_thread_times(getpid()).wait_us;
  } while (wait_us != before_us);
  told->wait_us = wait_us;
  __atomic_store_n(&told->at_us, at_us, __ATOMIC_RELEASE);
}

struct birth program_birth(void) {
  uint64_t at_us = told == NULL ? 0 : __atomic_load_n(&told->at_us, __ATOMIC_ACQUIRE);
  return at_us == 0 ? (struct birth){forked_us, 0} : (struct birth){at_us, told->wait_us};
}

static _Noreturn void become_program(const struct limits *limits, int in, int out, int err, int report) {
  sigset_t none;
  tell_birth();
  volunteer_for_oom_killer();
  if (limits->hides_others) hide_others();
  setsid();
  /* Above 3 first: the pipes' own numbers may be those wanted. */
  in = fcntl(in, F_DUPFD, 10);
  out = fcntl(out, F_DUPFD, 10);
  err = fcntl(err, F_DUPFD, 10);
  report = fcntl(report, F_DUPFD, 10);
  dup2(in, 0);
  dup2(out, 1);
  dup2(err, 2);
  dup2(report, 3);
  close_from(4);
  fcntl(3, F_SETFD, FD_CLOEXEC);
  limit_child(limits);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (become_sandbox_user() == 0 && chdir(WORK_AREA) == 0) execvp(argument_vector[0], argument_vector);
  int code = errno;
  if (write(3, &code, sizeof code) < 0) _exit(126);
  _exit(code == ENOENT ? 127 : 126);
}

/* Programs may open /dev/stdout and /dev/stderr by name, to write only: a compiler that reads its own output waits for
   ever. The pipes are root's, so their modes cannot be changed. */
static int open_pipes(int pipes[PIPES][2]) {
  static const mode_t modes[PIPES] = {0222, 0222, 0};
  int failed = 0;
  for (int i = 0; i < PIPES; i++) {
    pipes[i][0] = pipes[i][1] = -1;
    if (pipe2(pipes[i], O_CLOEXEC) != 0 || fchmod(pipes[i][0], modes[i]) != 0) failed = 1;
  }
  return failed ? -1 : 0;
}

void close_end(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void close_pipes(int pipes[PIPES][2]) {
  for (int i = 0; i < PIPES; i++) {
    close_end(&pipes[i][0]);
    close_end(&pipes[i][1]);
  }
}

static void make_nonblocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

int spawn_program(const struct limits *limits, int input, struct spawned *spawned) {
  int pipes[PIPES][2];
  if (open_pipes(pipes) != 0) {
    close_pipes(pipes);
    close(input);
    return -1;
  }
  if (told == NULL) {
    void *page = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    told = page == MAP_FAILED ? NULL : page;
  }
  if (told != NULL) told->at_us = 0;
  forked_us = now_us();
  spawned->pid = fork();
  if (spawned->pid == 0) become_program(limits, input, pipes[0][1], pipes[1][1], pipes[2][1]);
  close(input);
  if (spawned->pid < 0) {
    close_pipes(pipes);
    return -1;
  }
  int *const kept[PIPES] = {&pipes[0][0], &pipes[1][0], &pipes[2][0]};
  int *const into[PIPES] = {&spawned->output_fd, &spawned->error_fd, &spawned->exec_fd};
  for (int i = 0; i < PIPES; i++) {
    make_nonblocking(*kept[i]);
    *into[i] = *kept[i];
    *kept[i] = -1;
  }
  close_pipes(pipes);
  return 0;
}

const char *program_name(void) { return argument_vector[0]; }
