// Children that stand still, and parents which the kernel lets wait for them without an interruption.
#include <cstdio>
#include <signal.h>
#include <unistd.h>

int main() {
  int a, b;
  if (std::scanf("%d %d", &a, &b) != 2) return 1;
  for (int i = 0; i < 20; ++i) {
    if (fork() == 0) {
      setsid();
      raise(SIGSTOP);
      for (;;) pause();
    }
    if (fork() == 0) {
      if (vfork() == 0)
        for (;;) pause();
      _exit(0);
    }
  }
  usleep(20000);
  std::printf("%d\n", a + b);
}
