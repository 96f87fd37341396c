// Every system call there is, of three kinds of arguments, each in a child of its own. Nothing of it may hold the container up.
#include <cstdio>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[1 << 16];

static void call(long number, int kind) {
  int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, 1);
  itimerval soon = {{0, 0}, {0, 10000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
  if (kind == 0) syscall(number, 0, 0, 0, 0, 0, 0);
  if (kind == 1) syscall(number, -1, -1, -1, -1, -1, -1);
  if (kind == 2) syscall(number, buffer, buffer, sizeof buffer, buffer, -1, 4096);
  _exit(0);
}

int main() {
  int a, b;
  if (std::scanf("%d %d", &a, &b) != 2) return 1;
  for (long number = 0; number <= 470; ++number)
    for (int kind = 0; kind < 3; ++kind) {
      if (number == SYS_exit || number == SYS_exit_group) continue;
      pid_t child = fork();
      if (child == 0) call(number, kind);
      int status;
      for (int waited = 0; waitpid(child, &status, WNOHANG | __WALL) == 0; ++waited) {
        usleep(500);
        if (waited == 60) kill(child, SIGKILL);
      }
    }
  std::printf("%d\n", a + b);
}
