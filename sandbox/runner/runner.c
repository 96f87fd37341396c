/*
 * The runner: PID 1 of a sandbox container. Runs untrusted commands one at a time and reports what they did.
 *
 * Theory of operation
 *
 *   worker ── attach stream (fd 0, fd 1) ──► runner (root, SETUID SETGID KILL) ── fork ──► program (sandbox user)
 *
 * The runner is the only process that lives on. It forks for each command; the child gives up every privilege,
 * takes its limits and execs. Nothing of the runner is reachable from the program: other user, not dumpable (no
 * ptrace, no /proc/1/fd), and the program's descriptors are a file and two pipes, so fd 1 of the runner, which carries
 * the verdict's evidence, cannot be forged. When the first process of a command ends, all others are killed and
 * reaped (clean.c), so no command meets another. When the control stream ends, the runner ends; as PID 1 it takes
 * the container with it, so no container runs on without its worker.
 *
 * Memory is the container's: the worker sets its cap. The runner stays below 1 MiB, and frames and captured
 * output live in mappings fork() does not copy, so that a program's peak resident set is its own.
 *
 * Protocol, version 1. Numbers are big endian. One request at a time; each gets one reply with the same id.
 *
 *   frame    "GRF" | version u8 | kind u8 | 3 zero bytes | id u32 | length u32 | payload
 *   hello    0x01  (empty)                            → hello 0x84: sources u32 (measure.h) | sandbox uid u32
 *   write    0x02  name length u16 | name | content   → ok 0x81. What was sealed is removed first.
 *   run      0x03  timeMs u32 | wallMs u32 | stdoutBytes u32 | stderrBytes u32 | fileBytes u64 | processes u32
 *                  | cpuSeconds u32 (of each process; 0: no limit) | flags u8 (1: empty /tmp, shared memory and IPC first, and of the work area what is not sealed;
 *                  2: seal the work area when the command has exited with 0; 4: with links to the streams)
 *                  | argument bytes u32 | stdin bytes u32 | arguments, each ended by NUL | stdin
 *                                                     → outcome 0x82: end u8 | flags u8 (1 stderr truncated,
 *                  2 processes refused) | exit code u32 (all ones: none) | signal u32 (0: none) | wall u64
 *                  | cpu u64 | wait u64 | judged u64 (µs) | peak u64 (KB) | file bytes u64 | stdout bytes u32
 *                  | stderr bytes u32 | stdout | stderr
 *   kill     0x04  (empty), also while a command runs → ok 0x81; the command's own reply follows, end = aborted
 *   reset    0x05  (empty)                            → ok 0x81 when nothing of earlier commands is left
 *   any                                               → error 0x83: text
 *
 * Bytes that are no frame are skipped up to the next header and answered by one error with id 0; a frame of
 * another version or kind is skipped and answered; one that is too long ends the runner, as its end is unknown.
 */
#define _GNU_SOURCE
#include "clean.h"
#include "frame.h"
#include "hide.h"
#include "measure.h"
#include "privileges.h"
#include "run.h"
#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FILE_NAME 255

/* NULL, or why programs cannot be run here. */
static const char *self_check(void) {
  int status;
  struct stat area;
  if (getpid() != 1) return "the runner is not PID 1 of its container";
  if (geteuid() != 0) return "the runner is not root in its container";
  if (sandbox_uid == 0) return "GRADING_UID is not set";
  if (stat(WORK_AREA, &area) != 0 || (area.st_mode & 07777) != 01777) return WORK_AREA " is not of mode 1777";
  pid_t pid = fork();
  if (pid < 0) return "fork fails";
  if (pid == 0) _exit(become_sandbox_user() == 0 && setuid(0) != 0 && access(WORK_AREA, W_OK) == 0 ? 0 : 1);
  if (waitpid(pid, &status, 0) != pid || status != 0) return "privileges cannot be given up";
  return NULL;
}

static void answer_hello(const struct frame *request) {
  uint8_t reply[8];
  struct frame_part part = {reply, sizeof reply};
  const char *problem = self_check();
  if (problem != NULL) {
    frame_error(request->id, problem);
    return;
  }
  write_u32(reply, measure_sources() | (can_hide() ? CAN_HIDE : 0));
  write_u32(reply + 4, sandbox_uid);
  frame_send(REPLY_HELLO, request->id, &part, 1);
}

static int plain_name(const char *name, size_t length) {
  if (length == 0 || length > MAX_FILE_NAME || strlen(name) != length) return 0;
  return strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* A new file, never one that stood there: a link or a pipe left by a program is removed, not followed. */
static int write_file(const char *name, const uint8_t *content, size_t length) {
  int area = open(WORK_AREA, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (area < 0) return -1;
  if (unlinkat(area, name, 0) != 0 && errno != ENOENT) {
    close(area);
    return -1;
  }
  int fd = openat(area, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  close(area);
  if (fd < 0) return -1;
  while (length > 0) {
    ssize_t wrote = write(fd, content, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) break;
    content += wrote;
    length -= (size_t)wrote;
  }
  int code = errno;
  /* What is made of it may hold its time, as Python's modules do. */
  forget_time(fd);
  close(fd);
  errno = code;
  return length == 0 ? 0 : -1;
}

static void answer_write(const struct frame *request) {
  char name[MAX_FILE_NAME + 1] = {0};
  size_t name_length = request->length < 2 ? 0 : read_u16(request->payload);
  if (request->length < 2 + name_length) {
    frame_error(request->id, "write: malformed frame");
    return;
  }
  if (name_length > 0 && name_length <= MAX_FILE_NAME) memcpy(name, request->payload + 2, name_length);
  if (!plain_name(name, name_length)) {
    frame_error(request->id, "write: not a plain file name");
    return;
  }
  unseal_work_area();
  /* The file is the sandbox user's, so that programs may replace it and the cleaner may remove it. */
  act_as_sandbox_user();
  int failed = write_file(name, request->payload + 2 + name_length, request->length - 2 - name_length);
  act_as_root();
  if (failed) frame_error_errno(request->id, "write");
  else frame_send(REPLY_OK, request->id, NULL, 0);
}

static void answer_reset(const struct frame *request) {
  struct reaped_usage ignored = {0, 0};
  char text[128];
  if (kill_all(&ignored) != 0) {
    frame_error(request->id, "reset: processes survive SIGKILL");
    return;
  }
  unseal_work_area();
  const char *remainder = clean(1);
  if (remainder != NULL) {
    snprintf(text, sizeof text, "reset: %s is not empty", remainder);
    frame_error(request->id, text);
    return;
  }
  frame_send(REPLY_OK, request->id, NULL, 0);
}

static void answer(struct frame *request) {
  switch (request->kind) {
    case REQUEST_HELLO:
      answer_hello(request);
      break;
    case REQUEST_WRITE:
      answer_write(request);
      break;
    case REQUEST_RUN:
      run_command(request);
      return;
    case REQUEST_KILL:
      frame_send(REPLY_OK, request->id, NULL, 0);
      break;
    case REQUEST_RESET:
      answer_reset(request);
      break;
    default:
      frame_error(request->id, "unknown request");
  }
  frame_free(request);
}

static void prepare(void) {
  sigset_t child;
  const char *uid = getenv("GRADING_UID");
  sandbox_uid = uid == NULL ? 0 : (uid_t)strtoul(uid, NULL, 10);
  unsetenv("GRADING_UID");
  setenv("HOME", "/tmp", 1);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  umask(022);
  signal(SIGPIPE, SIG_IGN);
  /* Blocked: run.c takes it from a signalfd. */
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  fcntl(0, F_SETFD, FD_CLOEXEC);
  fcntl(1, F_SETFD, FD_CLOEXEC);
  fcntl(2, F_SETFD, FD_CLOEXEC);
  measure_open("");
  hide_open();
  /* A terminal nobody opens the other end of never answers a read: a compiler would wait for it. */
  chmod("/dev/ptmx", 0);
  chmod("/dev/pts/ptmx", 0);
}

int main(void) {
  prepare();
  for (;;) {
    struct frame request;
    enum frame_progress progress = frame_receive(&request);
    if (progress == FRAME_END) break;
    if (progress == FRAME_COMPLETE) answer(&request);
  }
  if (getpid() == 1) kill(-1, SIGKILL);
  return 0;
}
