#include <cstdio>

int main() {
  std::puts("8");
  std::fflush(stdout);
  for (;;) std::fputs("an error that is none\n", stderr);
}
