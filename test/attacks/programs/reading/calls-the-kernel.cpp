#include <cstdio>
#include <linux/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool succeeds(long number, long a = 0, long b = 0, long c = 0, long d = 0) {
  return syscall(number, a, b, c, d) >= 0;
}

int main() {
  if (succeeds(SYS_reboot, static_cast<long>(LINUX_REBOOT_MAGIC1), LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF))
    return std::puts("reboot"), 0;
  if (succeeds(SYS_bpf)) return std::puts("bpf"), 0;
  if (succeeds(SYS_add_key)) return std::puts("add_key"), 0;
  if (succeeds(SYS_init_module)) return std::puts("init_module"), 0;
  if (succeeds(SYS_kexec_load)) return std::puts("kexec_load"), 0;
  if (succeeds(SYS_syslog, 2)) return std::puts("syslog"), 0;
  if (succeeds(SYS_settimeofday)) return std::puts("settimeofday"), 0;
  if (succeeds(SYS_sethostname)) return std::puts("sethostname"), 0;
  if (succeeds(SYS_swapon)) return std::puts("swapon"), 0;
  if (succeeds(SYS_open_by_handle_at, -1)) return std::puts("open_by_handle_at"), 0;
  std::puts("8");
}
