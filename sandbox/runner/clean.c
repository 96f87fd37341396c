/*
 * Leaving nothing behind. Being PID 1, the runner inherits every orphan: kill(-1) reaches all processes of the
 * container at once (a fork() racing with it is restarted by the kernel and dies too), and when wait() has no
 * child left, no process but the runner exists.
 *
 * The runner has no capability to read or remove other users' files, on purpose. A forked child becomes the
 * sandbox user and removes that user's files and IPC objects; the runner then only looks whether they are gone.
 */
#define _GNU_SOURCE
#include "clean.h"
#include "measure.h"
#include "privileges.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define SURVIVOR_DEADLINE_US 5000000
/* Of the cleaner's own time, as a busy host is no fault of what is cleaned; and of the clock, for one that hangs. */
#define CLEANER_CPU_US 8000000
#define CLEANER_DEADLINE_US 30000000

static const char *const work_area[] = {WORK_AREA};
static const char *const shared_places[] = {"/tmp", "/dev/shm", "/dev/mqueue"};
static const char *const ipc_tables[] = {"/proc/sysvipc/shm", "/proc/sysvipc/msg", "/proc/sysvipc/sem"};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

void add_usage(struct reaped_usage *total, const struct rusage *usage) {
  total->cpu_us += (uint64_t)usage->ru_utime.tv_sec * 1000000 + (uint64_t)usage->ru_utime.tv_usec;
  total->cpu_us += (uint64_t)usage->ru_stime.tv_sec * 1000000 + (uint64_t)usage->ru_stime.tv_usec;
  if ((uint64_t)usage->ru_maxrss > total->peak_kb) total->peak_kb = (uint64_t)usage->ru_maxrss;
}

int kill_all(struct reaped_usage *usage) {
  uint64_t deadline = now_us() + SURVIVOR_DEADLINE_US;
  for (;;) {
    struct rusage one;
    if (kill(-1, SIGKILL) != 0 && errno != ESRCH) return -1;
    pid_t pid = wait4(-1, NULL, WNOHANG | __WALL, &one);
    if (pid > 0) {
      add_usage(usage, &one);
    } else if (pid < 0 && errno == ECHILD) {
      return 0;
    } else if (now_us() > deadline) {
      return -1;
    } else {
      poll(NULL, 0, 1);
    }
  }
}

/* Empties one directory without recursion: depth is the program's to choose, descriptors and stack are not. */
static void empty_directory(const char *path) {
  int depth = 0;
  int current = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  while (current >= 0) {
    int next = -1;
    int copy = openat(current, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = copy < 0 ? NULL : fdopendir(copy);
    for (struct dirent *entry; listing != NULL && next < 0 && (entry = readdir(listing)) != NULL;) {
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (unlinkat(current, entry->d_name, 0) == 0) continue;
      if (unlinkat(current, entry->d_name, AT_REMOVEDIR) == 0) continue;
      if (errno != ENOTEMPTY) continue;
      fchmodat(current, entry->d_name, 0700, 0);
      next = openat(current, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (listing != NULL) closedir(listing);
    if (next >= 0) {
      fchmod(next, 0700);
      depth++;
    } else if (depth-- > 0) {
      /* Listing ended: back up, where the now empty directory goes at the next look. */
      next = openat(current, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    close(current);
    current = next;
  }
}

/* Lines of a System V IPC table; `remove` gets the id in the second column. */
static int ipc_objects(const char *table, void (*remove_object)(int id)) {
  FILE *file = fopen(table, "re");
  char line[512];
  int id, count = 0;
  if (file == NULL) return 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "%*d %d", &id) != 1) continue;
    count++;
    if (remove_object != NULL) remove_object(id);
  }
  fclose(file);
  return count;
}

static void remove_shm(int id) { shmctl(id, IPC_RMID, NULL); }
static void remove_msg(int id) { msgctl(id, IPC_RMID, NULL); }
static void remove_sem(int id) { semctl(id, 0, IPC_RMID); }

static void clean_as_sandbox_user(int everything) {
  void (*const removers[])(int) = {remove_shm, remove_msg, remove_sem};
  if (become_sandbox_user() != 0) _exit(1);
  if (everything)
    for (size_t i = 0; i < COUNT(work_area); i++) empty_directory(work_area[i]);
  for (size_t i = 0; i < COUNT(shared_places); i++) empty_directory(shared_places[i]);
  for (size_t i = 0; i < COUNT(ipc_tables); i++) ipc_objects(ipc_tables[i], removers[i]);
  _exit(0);
}

static int is_empty(const char *path) {
  DIR *listing = opendir(path);
  int entries = 0;
  if (listing == NULL) return errno == ENOENT;
  while (readdir(listing) != NULL) entries++;
  closedir(listing);
  return entries <= 2;
}

static const char *first_remainder(int everything) {
  if (everything)
    for (size_t i = 0; i < COUNT(work_area); i++)
      if (!is_empty(work_area[i])) return work_area[i];
  for (size_t i = 0; i < COUNT(shared_places); i++)
    if (!is_empty(shared_places[i])) return shared_places[i];
  for (size_t i = 0; i < COUNT(ipc_tables); i++)
    if (ipc_objects(ipc_tables[i], NULL) > 0) return ipc_tables[i];
  return NULL;
}

static void wait_for_cleaner(pid_t cleaner) {
  uint64_t deadline = now_us() + CLEANER_DEADLINE_US;
  while (waitpid(cleaner, NULL, WNOHANG) == 0) {
    if (process_cpu_us(cleaner) > CLEANER_CPU_US || now_us() > deadline) kill(cleaner, SIGKILL);
    poll(NULL, 0, 1);
  }
}

static const struct timespec epoch[2] = {{0, 0}, {0, 0}};

void forget_time(int fd) { futimens(fd, epoch); }

void forget_time_of_link(int folder, const char *name) { utimensat(folder, name, epoch, AT_SYMLINK_NOFOLLOW); }

static void forget_times(int everything) {
  if (everything)
    for (size_t i = 0; i < COUNT(work_area); i++) utimensat(AT_FDCWD, work_area[i], epoch, 0);
  for (size_t i = 0; i < COUNT(shared_places); i++) utimensat(AT_FDCWD, shared_places[i], epoch, 0);
}

static const char *clean_places(int everything) {
  if (first_remainder(everything) == NULL) return NULL;
  pid_t cleaner = fork();
  if (cleaner < 0) return "fork";
  if (cleaner == 0) clean_as_sandbox_user(everything);
  wait_for_cleaner(cleaner);
  return first_remainder(everything);
}

const char *clean(int everything) {
  const char *remainder = clean_places(everything);
  forget_times(everything);
  return remainder;
}

void empty_as_sandbox_user(const char *path) {
  pid_t cleaner = fork();
  if (cleaner < 0) return;
  if (cleaner == 0) {
    if (become_sandbox_user() == 0) empty_directory(path);
    _exit(0);
  }
  wait_for_cleaner(cleaner);
}

uint64_t file_bytes(void) {
  const char *const places[] = {WORK_AREA, "/tmp", "/dev/shm"};
  uint64_t total = 0;
  for (size_t i = 0; i < COUNT(places); i++) {
    struct statvfs info;
    if (statvfs(places[i], &info) == 0) total += (uint64_t)(info.f_blocks - info.f_bfree) * info.f_frsize;
  }
  return total;
}
