#ifndef GRADING_TIMING_H
#define GRADING_TIMING_H

#include "measure.h"

#include <stdint.h>
#include <sys/types.h>

/* A running program and its limits. Begins with both looks at 0. */
struct timing {
  pid_t pid;
  uint64_t time_limit_us, wall_limit_us;
  /* When its counters were last looked at, and its CPU time then. */
  uint64_t looked_us, looked_cpu_us;
};

enum time_state {
  TIME_LEFT,
  TIME_OVER,
  /* The wall time is, the judged time is not. */
  TIME_WALL_OVER,
};
/* `left_us`, with TIME_LEFT: until the limit has to be looked at again. */
enum time_state check_time(struct timing *timing, uint64_t *left_us);

/* A program that has ended, and what it and all its children used. `notice_us` is the runner's own wait for a core
   before it noticed. */
struct ended {
  struct thread_times first;
  uint64_t cpu_us, ended_us, notice_us;
};
struct charge {
  uint64_t wall_us, wait_us, judged_us;
};
struct charge charged_time(const struct ended *ended);

#endif
