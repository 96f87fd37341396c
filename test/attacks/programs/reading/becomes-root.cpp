#include <cstdio>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main() {
  const gid_t root = 0;
  if (setuid(0) == 0) return std::puts("setuid"), 0;
  if (setgid(0) == 0) return std::puts("setgid"), 0;
  if (setgroups(1, &root) == 0) return std::puts("setgroups"), 0;
  if (chroot(".") == 0) return std::puts("chroot"), 0;
  if (unshare(CLONE_NEWUSER) == 0) return std::puts("user namespace"), 0;
  if (unshare(CLONE_NEWNS) == 0) return std::puts("mount namespace"), 0;
  if (mount("none", "/tmp", "tmpfs", 0, nullptr) == 0) return std::puts("mount"), 0;
  if (umount2("/proc", MNT_DETACH) == 0) return std::puts("umount"), 0;
  if (ptrace(PTRACE_ATTACH, 1, nullptr, nullptr) == 0) return std::puts("traces the runner"), 0;
  std::puts("8");
}
