/* Prints what measure.c reads of the files below a folder: argv[1]. */
#include "measure.h"

#include <stdio.h>

int main(int count, char **arguments) {
  measure_open(count > 1 ? arguments[1] : "");
  printf("{\"sources\": %u, \"oomKills\": %llu, \"pidsRefused\": %llu, \"pids\": %llu, \"cpuUs\": %llu, \"heldKb\": %llu}",
         measure_sources(), (unsigned long long)oom_kills(), (unsigned long long)pids_refused(),
         (unsigned long long)pids_in_container(), (unsigned long long)group_cpu_us(),
         (unsigned long long)group_held_kb());
  return 0;
}
