/*
 * What a program must not read, though its mode would let it: when the runner works (/proc/1/schedstat, the
 * container's CPU time), so that it cannot be awake just when it is looked at (stall.c); what the programs before it
 * used (the peak of the container's memory); what the host does (/proc/stat, /proc/loadavg).
 *
 * The kernel's own way, a /proc mounted with hidepid, takes a privilege that a container has not. Landlock takes none:
 * a process gives up the right to read files, all but those below the places it names. Named is everything but what is
 * to be hidden. A process sees its own folder of /proc; the folder of a process it starts it does not see, nor does
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
struct ruleset {
  uint64_t handled_access;
};
struct below_path {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));

#define MAX_PLACES 192

static int places[MAX_PLACES];
static size_t place_count;

/* How busy the host is, now or in all. Links lead into the runner's own folder. */
static const char *const hidden[] = {
    "buddyinfo", "interrupts", "loadavg",  "mounts", "net",         "pagetypeinfo", "pressure", "schedstat",
    "self",      "slabinfo",   "softirqs", "stat",   "thread-self", "timer_list",   "vmstat",   "zoneinfo",
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

static int is_among(const char *name, const char *const names[], size_t count) {
  for (size_t index = 0; index < count; index++)
    if (strcmp(name, names[index]) == 0) return 1;
  return 0;
}

/* What a folder holds, but for some names, and for processes. */
static void keep_all(const char *folder, const char *const except[], size_t count) {
  DIR *directory = opendir(folder);
  if (directory == NULL) return;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || is_among(name, except, count)) continue;
    if (strcmp(folder, "/proc") == 0 && name[0] >= '0' && name[0] <= '9') continue;
    keep_place(dirfd(directory), name);
  }
  closedir(directory);
}

void hide_open(void) {
  static const char *const kernel[] = {"proc", "sys"}, *const file_systems[] = {"fs"}, *const groups[] = {"cgroup"};
  keep_all("/", kernel, 2);
  keep_all("/proc", hidden, sizeof hidden / sizeof *hidden);
  keep_all("/sys", file_systems, 1);
  keep_all("/sys/fs", groups, 1);
  /* Opened by its own call, it is not found below /dev. */
  keep_place(AT_FDCWD, "/dev/mqueue");
  for (size_t index = 0; index < sizeof limits / sizeof *limits; index++) keep_place(AT_FDCWD, limits[index]);
}

static void allow_below(int ruleset, int place) {
  struct below_path below = {READ_FILE, place};
  syscall(SYS_landlock_add_rule, ruleset, RULE_BELOW_PATH, &below, 0);
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
