#include <cstdio>

static char array[1u << 30];

int main() {
  volatile char *at = array;
  at[4096] = 8;
  std::printf("%d\n", at[4096]);
}
