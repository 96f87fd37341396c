#include <cstdio>

static char array[400u << 20];

int main() {
  volatile char *at = array;
  for (unsigned i = 0; i < sizeof array; i += 4096) at[i] = 1;
  std::puts("8");
}
