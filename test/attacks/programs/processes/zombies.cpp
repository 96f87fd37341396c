#include <cstdio>
#include <unistd.h>

int main() {
  for (int i = 0; i < 100; i++)
    if (fork() == 0) _exit(0);
  std::puts("8");
}
