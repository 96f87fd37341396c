#ifndef GRADING_CLEAN_H
#define GRADING_CLEAN_H

#include <stdint.h>
#include <sys/resource.h>

/* CPU time and peak resident set of reaped processes. */
struct reaped_usage {
  uint64_t cpu_us;
  uint64_t peak_kb;
};
void add_usage(struct reaped_usage *total, const struct rusage *usage);

/* Kills every process of the container but the runner and reaps them; 0 when none survives. */
int kill_all(struct reaped_usage *usage);

/* Removes what programs left outside the work area (/tmp, shared memory, IPC); with `everything`, inside too, where
   nothing may be sealed any more. Returns NULL, or what is in the way. */
const char *clean(int everything);

/* Removes what the sandbox user can remove in a folder; the caller looks at what is left. */
void empty_as_sandbox_user(const char *path);

/* When a file or folder was last changed tells a program what ran before it: it becomes the same for all. */
void forget_time(int fd);
void forget_time_of_link(int folder, const char *name);

/* Bytes held by files: they count in the container's memory. */
uint64_t file_bytes(void);

#endif
