#ifndef GRADING_SPAWN_H
#define GRADING_SPAWN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct limits {
  uint64_t time_us, wall_us, file_bytes;
  /* cpu_s: processor time of each process; 0 is no limit. */
  uint32_t stdout_bytes, stderr_bytes, processes, cpu_s;
  /* Whether it may not read what tells of other processes (hide.c). */
  int hides_others;
};

/* A started program: the runner's ends of its pipes, all non-blocking. `exec_fd` gets an errno if exec fails. */
struct spawned {
  pid_t pid;
  int output_fd, error_fd, exec_fd;
};

/* The moment from which a program's time counts, and the wait for a core it had had by then. */
struct birth {
  uint64_t at_us, wait_us;
};
/* Of the program started last: as it told itself once it had a core, until then that of the fork. */
struct birth program_birth(void);

/* NUL-terminated arguments, one after the other; -1 when malformed. Kept for the next spawn_program. */
int parse_arguments(const uint8_t *bytes, size_t length);
const char *program_name(void);
/* Closes `input`, whatever comes of it. */
int spawn_program(const struct limits *limits, int input, struct spawned *spawned);
void close_end(int *fd);

#endif
