/*
 * Sleep that a program chose. While some task wants a core and none has one, a program is not charged (stall.c); but
 * one that sleeps by the clock meanwhile would not be any faster on an idle host, whoever else of it works.
 *
 * The kernel tells the system call in which a task waits, with its arguments. Waits that end at a time count, those
 * that end with another task's work do not. A wait on a futex until a time counts in a process's first thread only:
 * a Java machine's own threads wait so all the time, and its first thread never does. A task that hides its system
 * calls has something to hide.
 */
#define _GNU_SOURCE
#include "sleep.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_ARGUMENTS 6

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

int sleeps_by_choice(pid_t process, pid_t thread) {
  struct call call;
  int known = read_call(process, thread, &call);
  if (known <= 0) return known < 0;
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
      return 1;
#ifdef SYS_poll
    case SYS_poll:
      return is_time(call.arguments[2]);
#endif
    case SYS_ppoll:
      return call.arguments[2] != 0;
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
      return call.arguments[4] != 0;
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
      return is_time(call.arguments[3]);
#ifdef SYS_epoll_pwait2
    case SYS_epoll_pwait2:
      return call.arguments[3] != 0;
#endif
    case SYS_semtimedop:
      return call.arguments[3] != 0;
    case SYS_mq_timedsend:
    case SYS_mq_timedreceive:
      return call.arguments[4] != 0;
    case SYS_futex:
      return thread == process && call.arguments[3] != 0;
    default:
      return 0;
  }
}
