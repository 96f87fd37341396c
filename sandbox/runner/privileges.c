/*
 * Who the runner acts as. It starts as root without most capabilities; programs and the cleaner become the sandbox user
 * for good, and what the runner itself does to a program's files it does as that user, and comes back.
 */
#define _GNU_SOURCE
#include "privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

uid_t sandbox_uid;

int become_sandbox_user(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
  if (setgroups(0, NULL) != 0) return -1;
  if (setresgid(sandbox_uid, sandbox_uid, sandbox_uid) != 0) return -1;
  if (setresuid(sandbox_uid, sandbox_uid, sandbox_uid) != 0) return -1;
  if (syscall(SYS_capset, &head, none) != 0) return -1;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return 0;
}

void act_as_sandbox_user(void) {
  if (setegid(sandbox_uid) != 0 || seteuid(sandbox_uid) != 0) abort();
}

void act_as_root(void) {
  if (seteuid(0) != 0 || setegid(0) != 0) abort();
}
