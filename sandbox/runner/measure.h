#ifndef GRADING_MEASURE_H
#define GRADING_MEASURE_H

#include <dirent.h>
#include <stdint.h>
#include <sys/types.h>

/* Which kernel sources of evidence this container has; bits of the hello reply. */
#define SOURCE_SCHEDSTAT 1u
#define SOURCE_CPU_USAGE 2u
#define SOURCE_OOM_COUNTER 4u
#define SOURCE_PIDS_COUNTER 8u
/* No evidence, but what makes sure of it: the kernel can hide other processes and the container's use (hide.h). */
#define CAN_HIDE 16u

/* Opens what there is below `root`, "" but in a test; once, before any program runs. */
void measure_open(const char *root);
unsigned measure_sources(void);

uint64_t now_us(void);
/* Kernel counters of the container; 0 where there is none. */
uint64_t oom_kills(void);
uint64_t pids_refused(void);
/* Processes and threads, the runner and zombies among them. */
uint64_t pids_in_container(void);
/* CPU time of all that ever ran in it, the runner among them. */
uint64_t group_cpu_us(void);
/* Its memory now; what of it is neither a file's nor a cache; and the most it has been, files and caches among it. 0 where
   the kernel does not tell. */
uint64_t group_memory_kb(void);
uint64_t group_held_kb(void);
uint64_t group_peak_kb(void);
/* Time the runner itself was runnable without a core. */
uint64_t own_wait_us(void);

/* First thread of a live or zombie process. */
struct thread_times {
  uint64_t cpu_us;
  uint64_t wait_us;
};
struct thread_times first_thread_times(pid_t pid);
struct thread_times thread_times(pid_t pid, pid_t thread);
/* CPU time of all threads of a process, without its children. */
uint64_t process_cpu_us(pid_t pid);
/* 'R', 'S', 'D', 'T', 'Z'…, or 0 when gone. */
char process_state(pid_t pid);
char thread_state(pid_t pid, pid_t thread);
/* Its threads, as a directory; NULL when gone. */
DIR *open_threads(pid_t pid);

/* At least 1. */
unsigned cores_usable(void);

/* All that live, the runner and zombies among them. */
int processes_in_container(void);

#endif
