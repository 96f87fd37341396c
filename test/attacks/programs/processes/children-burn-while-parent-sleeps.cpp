#include <unistd.h>

int main() {
  for (int i = 0; i < 3; i++)
    if (fork() == 0)
      for (volatile unsigned long spin = 0;; spin = spin + 1) continue;
  pause();
}
