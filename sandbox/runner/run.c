/*
 * One command: started by spawn.c, then watched in one poll() loop until its first process has ended.
 *
 * The loop watches four things: the control stream (a kill request, or its end), the program's two pipes, and
 * SIGCHLD. It sleeps until the earliest moment at which the time limit could be reached; judged time never runs
 * faster than wall time, so nothing has to be polled before that.
 *
 * First cause wins: `end` is set once. When the first process is a zombie, its times are read (waitid WNOWAIT
 * keeps /proc/<pid> alive), it is reaped, and everything else of the container is killed and reaped.
 */
#define _GNU_SOURCE
#include "run.h"
#include "clean.h"
#include "held.h"
#include "input.h"
#include "measure.h"
#include "seal.h"
#include "spawn.h"
#include "stall.h"
#include "timing.h"
#include "unwaited.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUEST_FIXED_BYTES 41
#define FLAG_FRESH_TMP 1u
#define FLAG_SEAL 2u
#define FLAG_NAME_STREAMS 4u
#define OUTCOME_BYTES 66
#define OUTCOME_STDERR_TRUNCATED 1u
#define OUTCOME_PROCESSES_REFUSED 2u
/* A stopped program has no limit left to look at. */
#define STOPPED_US 1000000

enum end { END_NONE = 0, END_EXITED = 1, END_SIGNALED, END_TIME, END_OUTPUT, END_MEMORY, END_ABORTED, END_STARVED };

struct capture {
  int fd;
  uint8_t *data;
  size_t used, limit;
  int over;
};

struct run {
  struct limits limits;
  uint8_t *input;
  size_t input_bytes;
  int exec_fd;
  struct capture out, err;
  pid_t pid;
  int seal;
  int name_streams;
  enum end end;
  int wait_status, ended;
  uint64_t ended_us, notice_us, cpu_us, peak_kb;
  struct timing timing;
  struct charge charge;
  uint64_t oom_before, pids_before;
  int processes_refused;
};

static int start(struct run *run) {
  struct spawned spawned;
  int input = open_input(run->input, run->input_bytes, !run->seal && streams_are_named());
  if (input < 0) return -1;
  run->oom_before = oom_kills();
  run->pids_before = pids_refused();
  stall_begin(now_us());
  unwaited_begin();
  held_begin();
  if (spawn_program(&run->limits, input, &spawned) != 0) return -1;
  run->pid = spawned.pid;
  run->timing = (struct timing){spawned.pid, run->limits.time_us, run->limits.wall_us, 0, 0};
  run->out.fd = spawned.output_fd;
  run->err.fd = spawned.error_fd;
  run->exec_fd = spawned.exec_fd;
  return 0;
}

/* The limit on a user's processes has no counter in the kernel: who holds all it may has met it, or was about to. */
static void note_crowd(struct run *run) {
  if (pids_in_container() > run->limits.processes) run->processes_refused = 1;
}

static void stop(struct run *run, enum end cause) {
  if (run->end == END_NONE) run->end = cause;
  note_crowd(run);
  kill(-1, SIGKILL);
}

/* Reads until the pipe is empty; past the limit into the void. */
static void drain(struct capture *capture) {
  static uint8_t discard[65536];
  while (capture->fd >= 0) {
    size_t room = capture->limit - capture->used;
    ssize_t got = read(capture->fd, room > 0 ? capture->data + capture->used : discard,
                       room > 0 ? room : sizeof discard);
    if (got > 0 && room > 0) {
      capture->used += (size_t)got;
    } else if (got > 0) {
      capture->over = 1;
      return;
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else {
      if (got == 0) close_end(&capture->fd);
      return;
    }
  }
}

/* Counts what orphans used; sees whether the first process has ended, without reaping it. */
static void look_at_children(struct run *run, struct reaped_usage *usage) {
  for (;;) {
    siginfo_t info = {0};
    struct rusage one;
    if (waitid(P_PID, (id_t)run->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
      run->ended = 1;
      return;
    }
    info.si_pid = 0;
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    if (info.si_pid == run->pid) continue;
    if (wait4(info.si_pid, NULL, WNOHANG, &one) > 0) add_usage(usage, &one);
  }
}

/* Microseconds until the limit has to be looked at again; stops the program when it is reached. */
static uint64_t enforce_time(struct run *run) {
  if (run->end != END_NONE) return STOPPED_US;
  uint64_t left_us;
  switch (check_time(&run->timing, &left_us)) {
    case TIME_LEFT:
      return left_us;
    case TIME_OVER:
      stop(run, oom_kills() > run->oom_before ? END_MEMORY : END_TIME);
      return STOPPED_US;
    case TIME_WALL_OVER:
      /* Its time is not up, and there is no core for it: that says nothing about the program. */
      stop(run, run->limits.time_us < run->limits.wall_us ? END_STARVED : END_TIME);
      return STOPPED_US;
  }
  return STOPPED_US;
}

/* Microseconds until the next look. */
static uint64_t look_for_stalls(const struct run *run) {
  uint64_t now = now_us(), left_us = stall_next_look_us(now);
  if (run->end != END_NONE) return UINT64_MAX;
  if (left_us > 0) return left_us;
  stall_look(program_birth().at_us);
  held_look();
  return stall_next_look_us(now_us());
}

static void answer_control(struct run *run) {
  struct frame frame;
  switch (frame_receive(&frame)) {
    case FRAME_END:
      kill(-1, SIGKILL);
      _exit(0);
    case FRAME_COMPLETE:
      if (frame.kind == REQUEST_KILL) {
        stop(run, END_ABORTED);
        frame_send(REPLY_OK, frame.id, NULL, 0);
      } else {
        frame_error(frame.id, "a command is running");
      }
      frame_free(&frame);
      return;
    case FRAME_PARTIAL:
      return;
  }
}

static int has_ended(pid_t pid) {
  siginfo_t info = {0};
  return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

static void serve_until_ended(struct run *run, int child_fd, struct reaped_usage *usage) {
  uint64_t waited_before = own_wait_us();
  while (!run->ended) {
    uint64_t sleep_us = 0;
    /* What has ended wants no core: a look at it would take for sleep what it has waited, while this process waited. */
    if (!has_ended(run->pid)) {
      uint64_t look_us = look_for_stalls(run);
      sleep_us = enforce_time(run);
      if (look_us < sleep_us) sleep_us = look_us;
      waited_before = own_wait_us();
    }
    struct timespec sleep = {(time_t)(sleep_us / 1000000), (long)(sleep_us % 1000000) * 1000};
    struct pollfd watched[] = {
        {0, POLLIN, 0},
        {child_fd, POLLIN, 0},
        {run->out.fd, POLLIN, 0},
        {run->err.fd, POLLIN, 0},
    };
    ppoll(watched, 4, &sleep, NULL);
    if (watched[1].revents) {
      struct signalfd_siginfo signals[8];
      while (read(child_fd, signals, sizeof signals) > 0) continue;
      look_at_children(run, usage);
      if (run->ended) {
        /* Asked only now: the signal may be that of an earlier program's child, and older than this program. */
        run->ended_us = now_us();
        /* The runner's own wait for a core is not the program's time. */
        run->notice_us = own_wait_us() - waited_before;
      }
    }
    if (watched[2].revents) drain(&run->out);
    if (watched[3].revents) drain(&run->err);
    if (run->out.over && run->end == END_NONE) stop(run, END_OUTPUT);
    if (watched[0].revents) answer_control(run);
  }
}

static void charge_time(struct run *run, struct thread_times first) {
  run->charge = charged_time(&(struct ended){first, run->cpu_us, run->ended_us, run->notice_us});
  uint64_t limit_us = run->limits.time_us;
  /* Stopped just before its wait was known, or a moment after the limit but before it was looked at. */
  if (run->end == END_TIME && run->charge.judged_us < limit_us) run->charge.judged_us = limit_us;
  if (run->end == END_NONE && run->charge.judged_us > limit_us) run->end = END_TIME;
}

/* What execvp said, as a shell would say it; the command then ended with 126 or 127. */
static void report_exec_failure(struct run *run) {
  int code;
  if (read(run->exec_fd, &code, sizeof code) != sizeof code) return;
  int length = snprintf((char *)run->err.data, run->err.limit, "%s: %s\n", program_name(), strerror(code));
  if (length > 0) run->err.used = (size_t)length < run->err.limit ? (size_t)length : run->err.limit;
}

static void finish(struct run *run, int *survivors, struct reaped_usage *usage) {
  struct rusage own;
  struct thread_times first = first_thread_times(run->pid);
  /* A program too short for a look has no stall worth one. */
  if (stall_tasks() > 0) stall_end(run->ended_us - run->notice_us, program_birth().at_us);
  note_crowd(run);
  wait4(run->pid, &run->wait_status, 0, &own);
  add_usage(usage, &own);
  *survivors = kill_all(usage) != 0;
  unwaited_add(usage);
  held_add(usage);
  drain(&run->out);
  drain(&run->err);
  run->cpu_us = usage->cpu_us;
  run->peak_kb = usage->peak_kb;
  if (run->end == END_NONE && oom_kills() > run->oom_before) run->end = END_MEMORY;
  if (run->end == END_NONE && run->out.over) run->end = END_OUTPUT;
  charge_time(run, first);
  if (run->end == END_NONE) run->end = WIFSIGNALED(run->wait_status) ? END_SIGNALED : END_EXITED;
  report_exec_failure(run);
  /* More files than can be kept are output without measure. */
  if (run->seal && !*survivors && run->end == END_EXITED && WEXITSTATUS(run->wait_status) == 0 &&
      seal_work_area(run->name_streams) != 0)
    run->end = END_OUTPUT;
}

static void send_outcome(const struct run *run, uint32_t id) {
  uint8_t fixed[OUTCOME_BYTES] = {0};
  int exited = WIFEXITED(run->wait_status);
  unsigned flags = run->err.over ? OUTCOME_STDERR_TRUNCATED : 0;
  if (run->processes_refused || pids_refused() > run->pids_before) flags |= OUTCOME_PROCESSES_REFUSED;
  fixed[0] = (uint8_t)run->end;
  fixed[1] = (uint8_t)flags;
  write_u32(fixed + 2, exited ? (uint32_t)WEXITSTATUS(run->wait_status) : UINT32_MAX);
  write_u32(fixed + 6, exited ? 0 : (uint32_t)WTERMSIG(run->wait_status));
  write_u64(fixed + 10, run->charge.wall_us);
  write_u64(fixed + 18, run->cpu_us);
  write_u64(fixed + 26, run->charge.wait_us);
  write_u64(fixed + 34, run->charge.judged_us);
  write_u64(fixed + 42, run->peak_kb);
  write_u64(fixed + 50, file_bytes());
  write_u32(fixed + 58, (uint32_t)run->out.used);
  write_u32(fixed + 62, (uint32_t)run->err.used);
  struct frame_part parts[] = {
      {fixed, sizeof fixed}, {run->out.data, run->out.used}, {run->err.data, run->err.used}};
  frame_send(REPLY_OUTCOME, id, parts, 3);
}

static const char *parse(struct run *run, const struct frame *request) {
  uint8_t *at = request->payload;
  if (request->length < REQUEST_FIXED_BYTES) return "run: frame too short";
  run->limits.time_us = (uint64_t)read_u32(at) * 1000;
  run->limits.wall_us = (uint64_t)read_u32(at + 4) * 1000;
  run->limits.stdout_bytes = read_u32(at + 8);
  run->limits.stderr_bytes = read_u32(at + 12);
  run->limits.file_bytes = read_u64(at + 16);
  run->limits.processes = read_u32(at + 24);
  run->limits.cpu_s = read_u32(at + 28);
  uint32_t argument_bytes = read_u32(at + 33);
  uint32_t input_bytes = read_u32(at + 37);
  if ((uint64_t)REQUEST_FIXED_BYTES + argument_bytes + input_bytes != request->length)
    return "run: lengths do not add up";
  if (run->limits.stdout_bytes > FRAME_MAX_PAYLOAD / 2 || run->limits.stderr_bytes > FRAME_MAX_PAYLOAD / 4)
    return "run: more output than a frame can carry";
  if (parse_arguments(at + REQUEST_FIXED_BYTES, argument_bytes) != 0) return "run: malformed arguments";
  run->input = at + REQUEST_FIXED_BYTES + argument_bytes;
  run->input_bytes = input_bytes;
  run->out.limit = run->limits.stdout_bytes;
  run->err.limit = run->limits.stderr_bytes;
  if ((at[32] & FLAG_FRESH_TMP) != 0) {
    const char *remainder = clean(0);
    if (remainder != NULL) return "run: the temporary directories could not be emptied";
    if (is_sealed() && restore_work_area() != NULL) return "run: the work area could not be emptied";
  }
  run->seal = (at[32] & FLAG_SEAL) != 0;
  run->name_streams = (at[32] & FLAG_NAME_STREAMS) != 0;
  /* Compilers start others, and a Java machine that is started so reads its own folder of /proc. */
  run->limits.hides_others = !run->seal;
  return NULL;
}

void run_command(struct frame *request) {
  struct run run = {.exec_fd = -1, .out = {.fd = -1}, .err = {.fd = -1}};
  struct reaped_usage usage = {0, 0};
  int survivors = 0;
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  int child_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  const char *problem = parse(&run, request);
  if (problem != NULL) {
    frame_error(request->id, problem);
  } else {
    /* One byte more than asked for, so that a limit of 0 has memory too. */
    run.out.data = frame_map(run.out.limit + 1);
    run.err.data = frame_map(run.err.limit + 1);
    if (child_fd < 0 || run.out.data == NULL || run.err.data == NULL || start(&run) != 0) {
      frame_error_errno(request->id, "run: the command could not be started");
    } else {
      serve_until_ended(&run, child_fd, &usage);
      finish(&run, &survivors, &usage);
      if (survivors) frame_error(request->id, "run: processes survive SIGKILL");
      else send_outcome(&run, request->id);
    }
  }
  if (child_fd >= 0) close(child_fd);
  close_end(&run.exec_fd);
  close_end(&run.out.fd);
  close_end(&run.err.fd);
  frame_unmap(run.out.data, run.out.limit + 1);
  frame_unmap(run.err.data, run.err.limit + 1);
  frame_free(request);
}
