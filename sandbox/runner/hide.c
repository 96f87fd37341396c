/*
 * What a program must not read, though its mode would let it: when the runner works (/proc/1/schedstat, the
 * container's CPU time), so that it cannot be awake just when it is looked at (stall.c); what the programs before it
 * used (the peak of the container's memory); what the host does (/proc/stat, /proc/loadavg).
 *
 * The kernel's own way, a /proc mounted with hidepid, takes a privilege that a container has not. Landlock takes none:
 * a process gives up the right to read files, all but those below the places it names. Everything outside /proc and
 * /sys is named, and little of these. A process sees its own folder of /proc; the folder of a process it starts it does not see, nor does
 * that one.
 */
#define _GNU_SOURCE
#include "hide.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in linux/landlock.h, which an image's headers may be too old for; the numbers are the same everywhere. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define READ_FILE (UINT64_C(1) << 2)
#define RULE_BELOW_PATH 1
#define RULESET_VERSION 1
struct ruleset {
  uint64_t handled_access;
};
struct below_path {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));

#define MAX_PLACES 96

static int places[MAX_PLACES];
static size_t place_count;

/* Of the kernel what a C library, Python and a Java machine look at; each place more costs some microseconds a program. */
static const char *const kernel_places[] = {
    "/proc/cgroups", "/proc/cpuinfo", "/proc/devices", "/proc/filesystems", "/proc/meminfo", "/proc/swaps",
    "/proc/sys",     "/proc/sysvipc", "/proc/uptime",  "/proc/version",     "/sys/devices",  "/sys/kernel/mm",
};

/* Of the container's control groups its limits, not its use: of cgroup v1, then of v2. */
static const char *const limits[] = {
    "/sys/fs/cgroup/cpu/cpu.cfs_period_us",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
    "/sys/fs/cgroup/cpu/cpu.shares",
    "/sys/fs/cgroup/cpuset/cpuset.cpus",
    "/sys/fs/cgroup/cpuset/cpuset.effective_cpus",
    "/sys/fs/cgroup/cpuset/cpuset.mems",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes",
    "/sys/fs/cgroup/memory/memory.soft_limit_in_bytes",
    "/sys/fs/cgroup/memory/memory.swappiness",
    "/sys/fs/cgroup/memory/memory.use_hierarchy",
    "/sys/fs/cgroup/pids/pids.max",
    "/sys/fs/cgroup/cgroup.controllers",
    "/sys/fs/cgroup/cpu.max",
    "/sys/fs/cgroup/cpu.weight",
    "/sys/fs/cgroup/cpuset.cpus",
    "/sys/fs/cgroup/cpuset.cpus.effective",
    "/sys/fs/cgroup/cpuset.mems.effective",
    "/sys/fs/cgroup/memory.high",
    "/sys/fs/cgroup/memory.low",
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory.swap.max",
    "/sys/fs/cgroup/pids.max",
};

static void keep_place(int directory, const char *name) {
  int fd = place_count < MAX_PLACES ? openat(directory, name, O_PATH | O_CLOEXEC) : -1;
  if (fd >= 0) places[place_count++] = fd;
}

void hide_open(void) {
  DIR *root = opendir("/");
  for (size_t index = 0; index < sizeof kernel_places / sizeof *kernel_places; index++)
    keep_place(AT_FDCWD, kernel_places[index]);
  for (size_t index = 0; index < sizeof limits / sizeof *limits; index++) keep_place(AT_FDCWD, limits[index]);
  /* Opened by its own call, it is not found below /dev. */
  keep_place(AT_FDCWD, "/dev/mqueue");
  if (root == NULL) return;
  for (struct dirent *entry; (entry = readdir(root)) != NULL;) {
    const char *name = entry->d_name;
    /* A link leads below another folder of the root. */
    if (name[0] == '.' || entry->d_type == DT_LNK) continue;
    if (strcmp(name, "proc") != 0 && strcmp(name, "sys") != 0) keep_place(dirfd(root), name);
  }
  closedir(root);
}

static void allow_below(int ruleset, int place) {
  struct below_path below = {READ_FILE, place};
  syscall(SYS_landlock_add_rule, ruleset, RULE_BELOW_PATH, &below, 0);
}

int can_hide(void) {
  return syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION) >= 1;
}

void hide_others(void) {
  struct ruleset wanted = {READ_FILE};
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0);
  if (ruleset < 0) return;
  for (size_t index = 0; index < place_count; index++) allow_below(ruleset, places[index]);
  int own = open("/proc/self", O_PATH | O_CLOEXEC);
  if (own >= 0) allow_below(ruleset, own);
  /* Without it only a privileged process may give up rights in this way. */
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) syscall(SYS_landlock_restrict_self, ruleset, 0);
  if (own >= 0) close(own);
  close(ruleset);
}
