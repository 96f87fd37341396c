/*
 * Which part of a program's wall time is charged to it: all but its waits for a core.
 *
 * Of a program on one thread the kernel counts them. Of one with several threads or processes they are the stalls of
 * the whole (stall.c).
 */
#include "timing.h"

#include "spawn.h"
#include "stall.h"

/* A tick may be missing in a running thread's counters. */
#define LIVE_SLACK_US 10000
#define FINAL_SLACK_US 1000
#define RECHECK_US 2000

/* None where a thread has taken the first one's place by exec: its count is its own, and may be the smaller one. */
static uint64_t waits_since_birth(struct thread_times first, struct birth birth) {
  return first.wait_us > birth.wait_us ? first.wait_us - birth.wait_us : 0;
}

/* Time with which a program on one thread may not be charged yet: that of a wait which has not ended.
   The kernel counts a wait when the thread gets a core. If it had one since the last look, the wait is younger. */
static uint64_t uncounted_wait(struct timing *timing, char state, uint64_t now, uint64_t cpu_us) {
  uint64_t most = cpu_us == timing->looked_cpu_us ? UINT64_MAX : now - timing->looked_us;
  timing->looked_us = now;
  timing->looked_cpu_us = cpu_us;
  return state == 'R' ? most : 0;
}

static uint64_t smaller(uint64_t one, uint64_t other) {
  return one < other ? one : other;
}

enum time_state check_time(struct timing *timing, uint64_t *left_us) {
  uint64_t limit = timing->time_limit_us, wall_limit = timing->wall_limit_us;
  struct birth birth = program_birth();
  uint64_t now = now_us(), wall = now - birth.at_us;
  if (wall < limit && wall < wall_limit) {
    *left_us = smaller(limit, wall_limit) - wall;
    return TIME_LEFT;
  }
  /* In this order, as this process may lose its core in between: what did not want a core when its state was read
     has all its waits in the counters read later, and these hold no less CPU time than the one before them. */
  char state = process_state(timing->pid);
  uint64_t cpu = process_cpu_us(timing->pid);
  struct thread_times first = first_thread_times(timing->pid);
  /* Nobody buys time with threads or children: the crowd it waits in is its own then. Those that are gone count, too. */
  uint64_t group = stall_cpu_us(), whole = group > cpu ? group : cpu;
  int crowd = whole > first.cpu_us + first.cpu_us / 20 + LIVE_SLACK_US || processes_in_container() > 2 ||
              stall_tasks() > 1;
  if (crowd) {
    now = stall_look(birth.at_us);
    wall = now - birth.at_us;
  }
  uint64_t excused = crowd ? stall_us() : waits_since_birth(first, birth);
  uint64_t judged = wall > excused ? wall - excused : 0;
  uint64_t unsure = uncounted_wait(timing, state, now, cpu);
  int within = judged < limit;
  if (!within && (crowd || judged - limit >= unsure)) return TIME_OVER;
  if (wall >= wall_limit) return TIME_WALL_OVER;
  uint64_t left = within ? limit - judged : RECHECK_US;
  if (crowd && left < RECHECK_US) left = RECHECK_US;
  *left_us = smaller(left, wall_limit - wall);
  return TIME_LEFT;
}

struct charge charged_time(const struct ended *ended) {
  struct thread_times first = ended->first;
  struct birth birth = program_birth();
  int more_than_first = ended->cpu_us > first.cpu_us + first.cpu_us / 20 + FINAL_SLACK_US;
  uint64_t noticed_us = ended->ended_us - birth.at_us;
  struct charge charge = {.wall_us = noticed_us > ended->notice_us ? noticed_us - ended->notice_us : 0};
  if (more_than_first) {
    charge.wait_us = stall_us();
    /* However its tasks have waited, none of them worked for nothing. */
    uint64_t min_us = ended->cpu_us / cores_usable();
    if (min_us < first.cpu_us) min_us = first.cpu_us;
    uint64_t max_us = charge.wall_us > min_us ? charge.wall_us - min_us : 0;
    if (charge.wait_us > max_us) charge.wait_us = max_us;
  } else {
    charge.wait_us = waits_since_birth(first, birth);
    /* The runner's own wait may have begun before the program's end, but it lived as long as it worked and waited. */
    uint64_t min_us = smaller(first.cpu_us + charge.wait_us, noticed_us);
    if (charge.wall_us < min_us) charge.wall_us = min_us;
  }
  if (charge.wait_us > charge.wall_us) charge.wait_us = charge.wall_us;
  charge.judged_us = charge.wall_us - charge.wait_us;
  return charge;
}
