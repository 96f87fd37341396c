/* What the kernel tells about a program and its container, for cgroup v1 and v2. */
#define _GNU_SOURCE
#include "measure.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int oom_fd = -1, pids_fd = -1, pids_now_fd = -1, cpu_fd = -1, self_fd = -1, memory_fd = -1, memory_stat_fd = -1,
           peak_fd = -1;

static int open_first(const char *root, const char *first, const char *second) {
  const char *const paths[] = {first, second};
  char path[256];
  int fd = -1;
  for (int i = 0; fd < 0 && i < 2 && paths[i] != NULL; i++) {
    snprintf(path, sizeof path, "%s%s", root, paths[i]);
    fd = open(path, O_RDONLY | O_CLOEXEC);
  }
  return fd;
}

/* Of cgroup v1 first, then of v2. */
void measure_open(const char *root) {
  oom_fd = open_first(root, "/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events");
  pids_fd = open_first(root, "/sys/fs/cgroup/pids/pids.events", "/sys/fs/cgroup/pids.events");
  pids_now_fd = open_first(root, "/sys/fs/cgroup/pids/pids.current", "/sys/fs/cgroup/pids.current");
  cpu_fd = open_first(root, "/sys/fs/cgroup/cpuacct/cpuacct.usage", "/sys/fs/cgroup/cpu.stat");
  memory_fd = open_first(root, "/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory.current");
  memory_stat_fd = open_first(root, "/sys/fs/cgroup/memory/memory.stat", "/sys/fs/cgroup/memory.stat");
  peak_fd = open_first(root, "/sys/fs/cgroup/memory/memory.max_usage_in_bytes", "/sys/fs/cgroup/memory.peak");
  self_fd = open_first(root, "/proc/self/schedstat", NULL);
}

static ssize_t read_text(int fd, char *text, size_t size) {
  ssize_t got = fd < 0 ? -1 : pread(fd, text, size - 1, 0);
  text[got < 0 ? 0 : got] = '\0';
  return got;
}

/* The number after `key` at the start of a line or after a space; 0 when absent. */
static uint64_t counter(int fd, const char *line, const char *key) {
  char text[1024];
  if (read_text(fd, text, sizeof text) <= 0) return 0;
  const char *from = strstr(text, line);
  if (from != NULL) from = strstr(from, key);
  return from == NULL ? 0 : strtoull(from + strlen(key), NULL, 10);
}

unsigned measure_sources(void) {
  char text[1024];
  unsigned found = 0;
  uint64_t ran = 0;
  if (read_text(self_fd, text, sizeof text) > 0 && sscanf(text, "%" SCNu64, &ran) == 1 && ran > 0)
    found |= SOURCE_SCHEDSTAT;
  if (group_cpu_us() > 0) found |= SOURCE_CPU_USAGE;
  if (read_text(oom_fd, text, sizeof text) > 0 && strstr(text, "oom_kill ") != NULL)
    found |= SOURCE_OOM_COUNTER;
  if (read_text(pids_fd, text, sizeof text) > 0) found |= SOURCE_PIDS_COUNTER;
  return found;
}

uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* "oom_kill " with its blank: "oom_kill_disable" stands before it in cgroup v1. */
uint64_t oom_kills(void) { return counter(oom_fd, "oom_kill ", "oom_kill "); }
uint64_t pids_refused(void) { return counter(pids_fd, "max ", "max "); }
uint64_t pids_in_container(void) {
  char text[32];
  return read_text(pids_now_fd, text, sizeof text) <= 0 ? 0 : strtoull(text, NULL, 10);
}
uint64_t group_cpu_us(void) {
  char text[1024];
  if (read_text(cpu_fd, text, sizeof text) <= 0) return 0;
  const char *usage = strstr(text, "usage_usec ");
  return usage != NULL ? strtoull(usage + strlen("usage_usec "), NULL, 10) : strtoull(text, NULL, 10) / 1000;
}

static uint64_t kilobytes(int fd) {
  char text[32];
  return read_text(fd, text, sizeof text) <= 0 ? 0 : strtoull(text, NULL, 10) / 1024;
}

uint64_t group_memory_kb(void) { return kilobytes(memory_fd); }

/* The number after `name` where it begins a line. */
static uint64_t line_of(const char *text, const char *name) {
  size_t length = strlen(name);
  for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, name, length) == 0) return strtoull(line + length, NULL, 10);
  }
  return 0;
}

uint64_t group_held_kb(void) {
  char text[8192];
  uint64_t before_kb = group_memory_kb();
  if (read_text(memory_stat_fd, text, sizeof text) <= 0) return 0;
  /* Of both, as a file that is removed meanwhile would count as held. */
  uint64_t after_kb = group_memory_kb(), min_kb = before_kb < after_kb ? before_kb : after_kb;
  /* cgroup v1 has its children's in lines of their own; v2 names what of the kernel is only a cache. */
  uint64_t files_kb = (line_of(text, "total_cache ") + line_of(text, "file ") + line_of(text, "slab_reclaimable ")) / 1024;
  return min_kb > files_kb ? min_kb - files_kb : 0;
}

uint64_t group_peak_kb(void) { return kilobytes(peak_fd); }

static struct thread_times parse_schedstat(const char *text) {
  uint64_t cpu_ns = 0, wait_ns = 0;
  if (sscanf(text, "%" SCNu64 " %" SCNu64, &cpu_ns, &wait_ns) != 2) cpu_ns = wait_ns = 0;
  return (struct thread_times){cpu_ns / 1000, wait_ns / 1000};
}

uint64_t own_wait_us(void) {
  char text[128];
  read_text(self_fd, text, sizeof text);
  return parse_schedstat(text).wait_us;
}

static void read_process_file(pid_t pid, const char *name, char *text, size_t size) {
  char path[96];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  read_text(fd, text, size);
  if (fd >= 0) close(fd);
}

struct thread_times first_thread_times(pid_t pid) { return thread_times(pid, pid); }

struct thread_times thread_times(pid_t pid, pid_t thread) {
  char text[128], name[64];
  snprintf(name, sizeof name, "task/%d/schedstat", (int)thread);
  read_process_file(pid, name, text, sizeof text);
  return parse_schedstat(text);
}

uint64_t process_cpu_us(pid_t pid) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return (uint64_t)used.tv_sec * 1000000 + (uint64_t)used.tv_nsec / 1000;
}

char process_state(pid_t pid) { return thread_state(pid, pid); }

char thread_state(pid_t pid, pid_t thread) {
  char text[512], name[64];
  snprintf(name, sizeof name, "task/%d/stat", (int)thread);
  read_process_file(pid, name, text, sizeof text);
  /* The name in brackets is the program's to choose: the state follows the last bracket. */
  const char *bracket = strrchr(text, ')');
  return bracket != NULL && bracket[1] == ' ' ? bracket[2] : 0;
}

DIR *open_threads(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  return opendir(path);
}

unsigned cores_usable(void) {
  cpu_set_t cores;
  int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 0;
  return count > 0 ? (unsigned)count : 1;
}

int processes_in_container(void) {
  DIR *processes = opendir("/proc");
  int count = 0;
  if (processes == NULL) return 0;
  for (struct dirent *entry; (entry = readdir(processes)) != NULL;)
    count += entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
  closedir(processes);
  return count;
}
