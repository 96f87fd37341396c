/*
 * How long a program of several threads or processes could not go on for want of a core.
 *
 * Theory of operation. The kernel counts the waits of each task, but waits of two at once may be one delay, or none
 * where a third task works meanwhile. So the tasks are looked at every 20 ms or so. The time between two looks at which
 * some task wanted a core is one in which the program wanted to work; what it wanted to, less the CPU time that it got,
 * is a stall. The CPU time of every interval is taken off: a program whose tasks are runnable only now and then gets no
 * stall out of the looks that happen to meet them. And no more is excused than all tasks together have waited, by the
 * kernel's count and for waits that have not ended.
 *
 * The looks come at random times, so that no program can be runnable just then and sleep in between: on an idle host it
 * is runnable for as long as it works, and that is charged. Nor can it see when they come (hide.c). A look at which
 * some task sleeps by its own choice (sleep.c) counts as one at which none wanted a core; what was excused during a
 * wait that then ended by its time is taken back.
 *
 * A program that works on one core at a time is so measured to some milliseconds, however many tasks take turns. Of
 * one that works on several at once, what it does on them one after the other on a crowded host counts so, to its
 * disadvantage: nobody buys time with threads. The kernel's own measure, cpu.pressure, is a mean over the cores: it
 * loses half of a wait whose task moves to another core, and all of it when it is read at short intervals.
 */
#include "stall.h"

#include "measure.h"
#include "privileges.h"
#include "sleep.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

/* Between two looks: at least the one, and up to as much as the other besides, 20 ms in the mean. */
#define LOOK_APART_US 10000
#define LOOK_SPREAD_US 20000
/* A look at very many tasks takes long: it is to take no more than this part of one core. Its own waits are no cost,
   or there would be fewest looks where there is most to see. */
#define LOOK_COST 50
/* The kernel books the CPU time of a running task at each tick, of 10 ms at most. */
#define TICK_US 10000
/* A look during which the runner waited longer shows no single moment. */
#define TORN_US 500
/* To read two counters with no wait between them. */
#define MAX_TRIES 4
/* Those beyond have not waited. */
#define MAX_TASKS 2048

struct task {
  pid_t id;
  struct thread_times times;
  /* The wait that is not counted yet cannot have begun earlier; 0 for none. */
  uint64_t waits_since_us;
  /* When the sleep it is in ends, if no other task ends it; 0 for none. And what was excused before it. */
  uint64_t sleeps_until_us;
  int64_t excused_before_us;
  unsigned seen_in;
};

static struct task tasks[MAX_TASKS];
static size_t task_count, next_expected, max_tasks;
static unsigned look;
static uint64_t looked_us, next_us, began_with_cpu_us, cpu_us, gone_waited_us, waited_us;
/* What is excused; and what of the waits of the last intervals it has not taken, below 0 for waits that turned out
   shorter than was thought. */
static int64_t room_us, spare_us;
static int was_wanted, someone_sleeps;

static uint64_t program_cpu_us(void) {
  uint64_t all = group_cpu_us(), own = thread_times(getpid(), getpid()).cpu_us;
  return all > own ? all - own : 0;
}

static uint64_t until_next_look_us(void) {
  uint32_t number = 0;
  if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) number = (uint32_t)now_us() * 2654435761u;
  return LOOK_APART_US + number % LOOK_SPREAD_US;
}

void stall_begin(uint64_t at_us) {
  task_count = next_expected = max_tasks = 0;
  look = 0;
  looked_us = at_us;
  next_us = at_us + until_next_look_us();
  began_with_cpu_us = cpu_us = program_cpu_us();
  gone_waited_us = waited_us = 0;
  room_us = spare_us = 0;
  was_wanted = 1;
}

/* Tasks are listed in the same order each time, so it is mostly the next one. */
static struct task *find(pid_t id) {
  for (size_t step = 0; step < task_count; step++) {
    size_t index = (next_expected + step) % task_count;
    if (tasks[index].id != id) continue;
    next_expected = index + 1;
    return &tasks[index];
  }
  if (task_count == MAX_TASKS) return NULL;
  struct task *task = &tasks[task_count++];
  *task = (struct task){.id = id};
  next_expected = task_count;
  return task;
}

static uint64_t waited_by(const struct task *task, uint64_t at_us) {
  uint64_t since = task->waits_since_us;
  return task->times.wait_us + (since != 0 && at_us > since ? at_us - since : 0);
}

/* For a task that is not in the sleep it was in at the last look, or is no more. */
static void end_sleep(struct task *task, uint64_t at_us) {
  int by_time = task->sleeps_until_us != 0 && at_us >= task->sleeps_until_us;
  if (by_time && room_us > task->excused_before_us) room_us = task->excused_before_us;
  task->sleeps_until_us = 0;
}

static void look_at_sleep(struct task *task, pid_t process, uint64_t at_us) {
  uint64_t until_us = 0;
  if (someone_sleeps) return;
  switch (sleep_of(process, task->id, &until_us)) {
    case SLEEP_CHOSEN:
      someone_sleeps = 1;
      break;
    case SLEEP_UNTIL:
      someone_sleeps = until_us <= at_us;
      task->sleeps_until_us = until_us;
      task->excused_before_us = room_us;
      break;
    case SLEEP_NONE:
      break;
  }
}

/* Whether it wants a core. */
static int look_at_task(pid_t process, pid_t id, uint64_t at_us) {
  struct thread_times times = thread_times(process, id);
  char state = thread_state(process, id);
  int wants = state == 'R';
  struct task *task = find(id);
  if (task == NULL) return wants;
  if (times.cpu_us < task->times.cpu_us) {
    /* Another one with its number. */
    gone_waited_us += waited_by(task, at_us);
    end_sleep(task, at_us);
    *task = (struct task){.id = id};
  }
  int has_not_run = times.cpu_us == task->times.cpu_us && times.wait_us == task->times.wait_us;
  int is_same_wait = task->waits_since_us != 0 && has_not_run;
  if (state != 'S' || !has_not_run) end_sleep(task, at_us);
  if (state == 'S' && task->sleeps_until_us == 0) look_at_sleep(task, process, at_us);
  task->waits_since_us = !wants ? 0 : is_same_wait ? task->waits_since_us : looked_us;
  task->times = times;
  task->seen_in = look;
  return wants;
}

static int look_at_process(pid_t process, uint64_t at_us) {
  DIR *threads = open_threads(process);
  int wanted = 0;
  if (threads == NULL) return 0;
  for (struct dirent *entry; (entry = readdir(threads)) != NULL;)
    if (entry->d_name[0] != '.') wanted |= look_at_task(process, (pid_t)atoi(entry->d_name), at_us);
  closedir(threads);
  return wanted;
}

static int look_at_all(uint64_t at_us) {
  DIR *processes = opendir("/proc");
  int wanted = 0;
  someone_sleeps = 0;
  if (processes == NULL) return 0;
  act_as_sandbox_user();
  for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
    pid_t process = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? (pid_t)atoi(entry->d_name) : 0;
    if (process == 0 || process == getpid()) continue;
    wanted |= look_at_process(process, at_us);
  }
  act_as_root();
  closedir(processes);
  return wanted && !someone_sleeps;
}

/* Of the time since the last look, or since the program's birth. */
static void excuse(int wanted, uint64_t at_us, uint64_t from_us, int64_t worked_us, int64_t waits_us) {
  int64_t interval_us = at_us > from_us ? (int64_t)(at_us - from_us) : 0;
  int64_t stalled_us = (was_wanted && wanted ? interval_us : 0) - worked_us;
  if (stalled_us < -TICK_US) stalled_us = -TICK_US;
  spare_us += waits_us;
  if (stalled_us > 0 && stalled_us > spare_us) stalled_us = spare_us > 0 ? spare_us : 0;
  if (stalled_us > 0) spare_us -= stalled_us;
  /* A wait is counted up to one interval late, or for one interval too much, and intervals differ. */
  int64_t max_us = 2 * (interval_us + LOOK_APART_US + LOOK_SPREAD_US);
  if (spare_us > max_us) spare_us = max_us;
  if (spare_us < -max_us) spare_us = -max_us;
  room_us = room_us + stalled_us > 0 ? room_us + stalled_us : 0;
}

/* The clock and the CPU time of one moment: what the program works while the runner waits between the two would be
   charged to an interval that is too short for it, and the next one excused for it. */
static uint64_t read_cpu(void) {
  uint64_t at_us = 0, waited_us_before;
  for (int tries = 0; tries < MAX_TRIES; tries++) {
    waited_us_before = own_wait_us();
    cpu_us = program_cpu_us();
    at_us = now_us();
    if (own_wait_us() == waited_us_before) break;
  }
  return at_us;
}

/* `ended_us` is 0 while the program lives. */
static uint64_t look_once(uint64_t ended_us, uint64_t born_us) {
  uint64_t own_before_us = process_cpu_us(getpid()), cpu_before_us = cpu_us, waited_before_us = waited_us;
  uint64_t own_wait_before_us = own_wait_us();
  look++;
  uint64_t read_us = read_cpu(), at_us = ended_us != 0 ? ended_us : read_us;
  /* What ended last had a core. */
  int wanted = look_at_all(at_us) || ended_us != 0;
  /* The runner lost its core meanwhile: of tasks that take turns, it may have missed each one's. */
  if (own_wait_us() - own_wait_before_us > TORN_US && !someone_sleeps) wanted |= was_wanted;
  waited_us = gone_waited_us;
  for (size_t index = 0; index < task_count;) {
    struct task *task = &tasks[index];
    waited_us += waited_by(task, at_us);
    if (task->seen_in == look) {
      index++;
    } else {
      gone_waited_us += waited_by(task, at_us);
      end_sleep(task, at_us);
      *task = tasks[--task_count];
    }
  }
  if (task_count > max_tasks) max_tasks = task_count;
  uint64_t from_us = looked_us > born_us ? looked_us : born_us;
  /* A task that ended took the count of its last waits along. */
  int64_t waits_us = ended_us != 0 ? (int64_t)(at_us - from_us) : (int64_t)(waited_us - waited_before_us);
  excuse(wanted, at_us, from_us, (int64_t)(cpu_us - cpu_before_us), waits_us);
  was_wanted = wanted;
  looked_us = at_us;
  uint64_t cost_us = (process_cpu_us(getpid()) - own_before_us) * LOOK_COST;
  uint64_t pause_us = until_next_look_us();
  next_us = now_us() + (cost_us > pause_us ? cost_us : pause_us);
  return at_us;
}

uint64_t stall_look(uint64_t born_us) { return look_once(0, born_us); }

void stall_end(uint64_t ended_us, uint64_t born_us) { look_once(ended_us, born_us); }

uint64_t stall_next_look_us(uint64_t at_us) { return next_us > at_us ? next_us - at_us : 0; }

uint64_t stall_us(void) { return (uint64_t)room_us; }

size_t stall_tasks(void) { return max_tasks; }

uint64_t stall_cpu_us(void) {
  uint64_t used_us = program_cpu_us();
  return used_us > began_with_cpu_us ? used_us - began_with_cpu_us : 0;
}
