// The time of a wait for such a lock is always that of the calendar.
#include <cstdio>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

static int lock;
static volatile bool over;

int main() {
  std::thread spins([] { while (!over) {} });
  std::thread holds([] {
    lock = static_cast<int>(syscall(SYS_gettid));
    while (!over) usleep(1000000);
  });
  usleep(20000);
  timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 1;
  syscall(SYS_futex, &lock, FUTEX_LOCK_PI, 0, &until, nullptr, 0);
  std::puts("8");
  std::fflush(stdout);
  _exit(0);
}
