#include <cstdio>
#include <unistd.h>

int main() {
  for (int i = 0; i < 8; i++) {
    if (fork() != 0) continue;
    for (;;) std::fputs("8888888888888888\n", i % 2 == 0 ? stdout : stderr);
  }
  pause();
}
