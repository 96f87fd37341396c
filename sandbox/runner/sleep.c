/*
 * Sleep that a program chose. While some task wants a core and none has one, a program is not charged (stall.c); but
 * one that sleeps by the clock meanwhile would not be any faster on an idle host, whoever else of it works.
 *
 * The kernel tells the system call in which a task waits, with its arguments. Waits that end at a time count, those
 * that end with another task's work do not. A wait on a futex until a time may end either way, and only its end tells:
 * the time is read from the task's memory. A Java machine's own threads wait so all the time; of its threads those
 * count that run the program, by the names it gives them. A Python interpreter's threads wait so for its lock, some
 * milliseconds at a time. A wait for a socket may have a time that nobody shows, and
 * few programs have another use for one. A task that hides its system calls has something to hide.
 */
#define _GNU_SOURCE
#include "sleep.h"

#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARGUMENTS 6
/* As long as a Python thread waits before it asks for the interpreter's lock again. */
#define INTERPRETER_LOCK_US 5000

struct call {
  long number;
  uint64_t arguments[MAX_ARGUMENTS];
};

/* 1 when read; 0 where the kernel does not say; -1 where the task does not let it. */
static int read_call(pid_t process, pid_t thread, struct call *call) {
  char path[64], text[256];
  snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", (int)process, (int)thread);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  int refused = got < 0 && (errno == EPERM || errno == EACCES);
  if (fd >= 0) close(fd);
  if (got <= 0) return refused ? -1 : 0;
  text[got] = '\0';
  uint64_t *a = call->arguments;
  int fields = sscanf(text, "%ld %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64, &call->number,
                      &a[0], &a[1], &a[2], &a[3], &a[4], &a[5]);
  /* "running", or a task that is in no call. */
  return fields == 1 + MAX_ARGUMENTS;
}

/* A time-out in milliseconds: a negative one is none. */
static int is_time(uint64_t milliseconds) { return (int32_t)milliseconds >= 0; }

/* A Java machine names the threads of a program so, unless the program does; the first one keeps the machine's name. */
static int runs_java_program(const char *name) {
  return strcmp(name, "java") == 0 || strncmp(name, "Thread-", 7) == 0 || strncmp(name, "pool-", 5) == 0;
}

static int runs(pid_t process, const char *program) {
  char path[64], target[256];
  snprintf(path, sizeof path, "/proc/%d/exe", (int)process);
  ssize_t length = readlink(path, target, sizeof target - 1);
  target[length < 0 ? 0 : length] = '\0';
  const char *slash = strrchr(target, '/');
  return slash != NULL && strncmp(slash + 1, program, strlen(program)) == 0;
}

static int is_machines_own(pid_t process, pid_t thread) {
  char path[64], name[32] = "";
  if (!runs(process, "java")) return 0;
  snprintf(path, sizeof path, "/proc/%d/task/%d/comm", (int)process, (int)thread);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, name, sizeof name - 1);
  if (fd >= 0) close(fd);
  name[got > 0 ? got - 1 : 0] = '\0';
  return !runs_java_program(name);
}

/* 0 where it cannot be read. */
static uint64_t end_of_wait(pid_t process, const struct call *call) {
  char path[64];
  struct timespec until, now;
  int operation = (int)call->arguments[1], command = operation & FUTEX_CMD_MASK;
  snprintf(path, sizeof path, "/proc/%d/mem", (int)process);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : pread(fd, &until, sizeof until, (off_t)call->arguments[3]);
  if (fd >= 0) close(fd);
  if (got != sizeof until || until.tv_sec < 0 || until.tv_sec > UINT32_MAX) return 0;
  uint64_t until_us = (uint64_t)until.tv_sec * 1000000 + (uint64_t)until.tv_nsec / 1000;
  /* The one operation whose time is a length, of a wait that has begun before now. */
  if (command == FUTEX_WAIT) return now_us() + until_us;
  /* A lock that passes priority on knows the real time alone, whatever the call says. */
  if (command != FUTEX_LOCK_PI && (operation & FUTEX_CLOCK_REALTIME) == 0) return until_us;
  clock_gettime(CLOCK_REALTIME, &now);
  uint64_t real_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
  return until_us > real_us ? now_us() + (until_us - real_us) : now_us();
}

static enum sleep futex_sleep(pid_t process, pid_t thread, const struct call *call, uint64_t *until_us) {
  if (call->arguments[3] == 0 || is_machines_own(process, thread)) return SLEEP_NONE;
  *until_us = end_of_wait(process, call);
  if (*until_us == 0 || (*until_us < now_us() + INTERPRETER_LOCK_US && runs(process, "python"))) return SLEEP_NONE;
  return SLEEP_UNTIL;
}

static enum sleep chosen(int is_chosen) { return is_chosen ? SLEEP_CHOSEN : SLEEP_NONE; }

enum sleep sleep_of(pid_t process, pid_t thread, uint64_t *until_us) {
  struct call call;
  int known = read_call(process, thread, &call);
  if (known <= 0) return chosen(known < 0);
  switch (call.number) {
#ifdef SYS_nanosleep
    case SYS_nanosleep:
#endif
    case SYS_clock_nanosleep:
#ifdef SYS_pause
    case SYS_pause:
#endif
    /* Ended by a signal, and so by a timer. */
    case SYS_rt_sigsuspend:
    case SYS_rt_sigtimedwait:
    case SYS_accept:
    case SYS_accept4:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_recvmmsg:
      return SLEEP_CHOSEN;
#ifdef SYS_poll
    case SYS_poll:
      return chosen(is_time(call.arguments[2]));
#endif
    case SYS_ppoll:
      return chosen(call.arguments[2] != 0);
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
      return chosen(call.arguments[4] != 0);
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
      return chosen(is_time(call.arguments[3]));
#ifdef SYS_epoll_pwait2
    case SYS_epoll_pwait2:
      return chosen(call.arguments[3] != 0);
#endif
    case SYS_semtimedop:
      return chosen(call.arguments[3] != 0);
    case SYS_mq_timedsend:
    case SYS_mq_timedreceive:
      return chosen(call.arguments[4] != 0);
    case SYS_futex:
      return futex_sleep(process, thread, &call, until_us);
    default:
      return SLEEP_NONE;
  }
}
