/*
 * A program's input is a file, as under the legacy workers: programs ask for its size, map it, or go back in it, and
 * would read nothing of a pipe.
 */
#define _GNU_SOURCE
#include "input.h"
#include "clean.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/tmp"
/* Whole pages of it are given up, one such part after the other. */
#define PART_BYTES (1u << 20)

static void give_up(uint8_t *bytes, size_t length) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)bytes + page - 1) / page * page, end = ((uintptr_t)bytes + length) / page * page;
  if (end > first) madvise((void *)first, end - first, MADV_DONTNEED);
}

static int write_parts(int file, uint8_t *bytes, size_t length) {
  while (length > 0) {
    ssize_t wrote = write(file, bytes, length < PART_BYTES ? length : PART_BYTES);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return -1;
    give_up(bytes, (size_t)wrote);
    bytes += wrote;
    length -= (size_t)wrote;
  }
  return 0;
}

int open_input(uint8_t *bytes, size_t length, int has_name) {
  int folder = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC), writing = -1, reading = -1;
  char name[24];
  if (folder < 0) return -1;
  /* What is left there may have a name we like. */
  for (int number = 0; writing < 0 && number < 100; number++) {
    snprintf(name, sizeof name, ".input-%d", number);
    writing = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (writing < 0 && errno != EEXIST) break;
  }
  if (writing >= 0) {
    reading = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    unlinkat(folder, name, 0);
    int failed = write_parts(writing, bytes, length) != 0 || (has_name && fchmod(writing, 0666) != 0);
    if (failed && reading >= 0) {
      close(reading);
      reading = -1;
    }
    close(writing);
  }
  forget_time(folder);
  close(folder);
  return reading;
}
