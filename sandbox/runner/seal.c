/*
 * The result of a compilation, kept from the program it becomes. A program runs once for each test, as the user
 * that compiled it: it could replace itself, or leave files that tell a later test what an earlier one saw.
 *
 * Sealing copies the work area's files into ones of root's: the work area's sticky bit then keeps the sandbox user
 * from removing them, their mode from changing them. Before each test all else is removed. The runner reads the
 * originals as the sandbox user, so no link leads it further than its program.
 *
 * Names, bytes, modes, order and times are the same however the originals came there: a program must not learn whether
 * it was compiled just now or unpacked from a cache.
 */
#define _GNU_SOURCE
#include "seal.h"
#include "clean.h"
#include "privileges.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 8
#define MAX_FILES 4000
#define MAX_NAMES 65536

/* Names at the top of the work area, each ended by NUL: a program may make more links to a sealed file. */
static char names[MAX_NAMES];
static size_t names_used;
static int file_count;
static int streams_named;
/* Where the copies are collected; the command may have made something of a name we like. */
static char staging_name[24];

int is_sealed(void) { return names_used > 0; }

int streams_are_named(void) { return is_sealed() && streams_named; }

static int open_as_program(int folder, const char *name, int flags) {
  act_as_sandbox_user();
  int fd = openat(folder, name, flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  act_as_root();
  return fd;
}

static DIR *list(int folder) {
  int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *listing = copy < 0 ? NULL : fdopendir(copy);
  if (listing == NULL && copy >= 0) close(copy);
  return listing;
}

static struct dirent *next_entry(DIR *listing) {
  struct dirent *entry;
  while (listing != NULL && (entry = readdir(listing)) != NULL)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) return entry;
  return NULL;
}

static int is_inner_name(const struct dirent *entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_name(const struct dirent **one, const struct dirent **other) {
  return strcmp((*one)->d_name, (*other)->d_name);
}

/* The order in which files are made is the one in which programs are shown them. */
static int list_sorted(int folder, struct dirent ***entries) {
  return scandirat(folder, ".", entries, is_inner_name, by_name);
}

static void free_list(struct dirent **entries, int count) {
  for (int at = 0; at < count; at++) free(entries[at]);
  if (count >= 0) free(entries);
}

static int copy_file(int source, const struct stat *info, int into, const char *name) {
  int target = openat(into, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                      (info->st_mode & 0100) != 0 ? 0755 : 0644);
  off_t left = info->st_size;
  if (target < 0) return -1;
  while (left > 0) {
    ssize_t sent = sendfile(target, source, NULL, (size_t)left);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) break;
    left -= sent;
  }
  forget_time(target);
  close(target);
  return left == 0 ? 0 : -1;
}

static int copy_entry(int from, int into, const char *name, int depth);

static int copy_folder(int from, int into, int depth) {
  struct dirent **entries;
  act_as_sandbox_user();
  int count = list_sorted(from, &entries);
  act_as_root();
  int failed = count < 0 || depth > MAX_DEPTH;
  for (int at = 0; !failed && at < count; at++)
    if (depth > 0 || strcmp(entries[at]->d_name, staging_name) != 0)
      failed = copy_entry(from, into, entries[at]->d_name, depth) != 0;
  free_list(entries, count);
  forget_time(into);
  return failed ? -1 : 0;
}

static int copy_entry(int from, int into, const char *name, int depth) {
  struct stat info;
  int failed = 0, source = open_as_program(from, name, 0);
  if (source < 0) return 0;
  if (fstat(source, &info) != 0 || ++file_count > MAX_FILES) {
    failed = 1;
  } else if (S_ISREG(info.st_mode)) {
    failed = copy_file(source, &info, into, name) != 0;
  } else if (S_ISDIR(info.st_mode)) {
    int folder = -1;
    failed = mkdirat(into, name, 0755) != 0 ||
             (folder = openat(into, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
             copy_folder(source, folder, depth + 1) != 0;
    if (folder >= 0) close(folder);
  }
  close(source);
  return failed ? -1 : 0;
}

/* Of root's files only, in folders of root's: no program can have changed them, or their depth. */
static void remove_own(int folder, const char *name) {
  struct stat info;
  if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || info.st_uid != 0) return;
  if (!S_ISDIR(info.st_mode)) {
    unlinkat(folder, name, 0);
    return;
  }
  int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *listing = inner < 0 ? NULL : list(inner);
  for (struct dirent *entry; (entry = next_entry(listing)) != NULL;) remove_own(inner, entry->d_name);
  if (listing != NULL) closedir(listing);
  if (inner >= 0) close(inner);
  unlinkat(folder, name, AT_REMOVEDIR);
}

static int is_sealed_name(const char *name) {
  for (size_t at = 0; at < names_used; at += strlen(names + at) + 1)
    if (strcmp(names + at, name) == 0) return 1;
  return 0;
}

/* Removes root's files at the top; those that are sealed only with `sealed_too`. */
static void remove_own_files(int area, int sealed_too) {
  DIR *listing = list(area);
  for (struct dirent *entry; (entry = next_entry(listing)) != NULL;)
    if (sealed_too || !is_sealed_name(entry->d_name)) remove_own(area, entry->d_name);
  if (listing != NULL) closedir(listing);
}

static int open_area(void) { return open(WORK_AREA, O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

void unseal_work_area(void) {
  if (!is_sealed()) return;
  int area = open_area();
  if (area >= 0) {
    remove_own_files(area, 1);
    close(area);
  }
  names_used = 0;
}

/* Whether the work area holds the sealed names and nothing else. */
static int holds_only_sealed(int area) {
  struct stat info;
  int only = 1;
  DIR *listing = list(area);
  for (struct dirent *entry; only && (entry = next_entry(listing)) != NULL;)
    only = is_sealed_name(entry->d_name) && fstatat(area, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           info.st_uid == 0;
  if (listing == NULL) return 0;
  closedir(listing);
  return only;
}

const char *restore_work_area(void) {
  int area = open_area();
  if (area < 0) return WORK_AREA;
  int restored = holds_only_sealed(area);
  if (!restored) {
    empty_as_sandbox_user(WORK_AREA);
    remove_own_files(area, 0);
    restored = holds_only_sealed(area);
  }
  forget_time(area);
  close(area);
  return restored ? NULL : WORK_AREA;
}

/* From the staging folder to the top, each with its name noted. */
static int move_up(int area, int staging) {
  struct dirent **entries;
  int count = list_sorted(staging, &entries), failed = count < 0;
  for (int at = 0; !failed && at < count; at++) {
    const char *name = entries[at]->d_name;
    size_t length = strlen(name) + 1;
    failed = names_used + length > MAX_NAMES || renameat(staging, name, area, name) != 0;
    if (failed) break;
    memcpy(names + names_used, name, length);
    names_used += length;
  }
  free_list(entries, count);
  return failed ? -1 : 0;
}

/* The legacy workers run a program with its input in `input.txt` and its output going to `output.txt`, both in its
   folder, so programs that open these by name are right there. What the submission calls so itself stays. */
static int link_streams(int staging) {
  static const char *const links[][2] = {{"/dev/stdin", "input.txt"}, {"/dev/stdout", "output.txt"}};
  for (size_t at = 0; at < sizeof links / sizeof *links; at++) {
    if (symlinkat(links[at][0], staging, links[at][1]) != 0 && errno != EEXIST) return -1;
    forget_time_of_link(staging, links[at][1]);
  }
  return 0;
}

static int make_staging(int area) {
  for (int number = 0; number < 100; number++) {
    snprintf(staging_name, sizeof staging_name, ".sealing-%d", number);
    if (mkdirat(area, staging_name, 0700) == 0)
      return openat(area, staging_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (errno != EEXIST) break;
  }
  return -1;
}

int seal_work_area(int name_streams) {
  int area = open_area(), failed = 1;
  file_count = 0;
  if (area < 0) return -1;
  int staging = make_staging(area);
  if (staging >= 0 && copy_folder(area, staging, 0) == 0 && (!name_streams || link_streams(staging) == 0)) {
    /* What was sealed before is among the copies. */
    names_used = 0;
    DIR *listing = list(area);
    for (struct dirent *entry; (entry = next_entry(listing)) != NULL;)
      if (strcmp(entry->d_name, staging_name) != 0) remove_own(area, entry->d_name);
    if (listing != NULL) closedir(listing);
    empty_as_sandbox_user(WORK_AREA);
    failed = move_up(area, staging) != 0;
    streams_named = name_streams;
  }
  if (staging >= 0) close(staging);
  remove_own(area, staging_name);
  forget_time(area);
  close(area);
  return failed ? -1 : 0;
}
