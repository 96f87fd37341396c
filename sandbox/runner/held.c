/*
 * Memory that no process's peak shows: what several processes hold together, what the kernel holds for them (pipes,
 * sockets, page tables), and what a process held before it had its peak forgotten (/proc/self/clear_refs). Their control
 * group has it all. Its own highest value counts every file that was read, so its value without files is looked at now
 * and then, and once more when the program is gone: what is left then is not the program's. Files in memory are left
 * out too: elsewhere a file is on a disk.
 */
#include "held.h"

#include "measure.h"

#include <unistd.h>

/* One look costs a tenth of a millisecond: at this growth, or after so many that found less. */
#define GROWTH_KB 1024
#define MAX_PASSED 4
/* The kernel charges and counts for each core of the host in steps, and some for what every process takes. */
#define SLACK_KB 4096
#define SLACK_OF_CORE_KB 512
#define MAX_SLACK_KB 16384

static uint64_t looked_kb, max_kb;
static unsigned passed;

void held_begin(void) {
  looked_kb = group_memory_kb();
  max_kb = 0;
  passed = 0;
}

void held_look(void) {
  uint64_t memory_kb = group_memory_kb();
  if (memory_kb < looked_kb + GROWTH_KB && ++passed < MAX_PASSED) return;
  uint64_t held_kb = group_held_kb();
  if (held_kb > max_kb) max_kb = held_kb;
  looked_kb = memory_kb;
  passed = 0;
}

static uint64_t slack_kb(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  uint64_t slack = SLACK_KB + (uint64_t)(cores > 0 ? cores : 1) * SLACK_OF_CORE_KB;
  return slack < MAX_SLACK_KB ? slack : MAX_SLACK_KB;
}

void held_add(struct reaped_usage *usage) {
  if (max_kb <= usage->peak_kb) return;
  uint64_t besides_kb = group_held_kb() + slack_kb();
  if (max_kb > besides_kb && max_kb - besides_kb > usage->peak_kb) usage->peak_kb = max_kb - besides_kb;
}
