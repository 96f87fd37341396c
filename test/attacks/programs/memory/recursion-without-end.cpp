#include <cstdio>

static int deeper(volatile int depth) {
  volatile char frame[1024] = {0};
  frame[depth % 1024] = 1;
  return depth < 0 ? frame[0] : deeper(depth + 1) + frame[1];
}

int main() { std::printf("%d\n", deeper(0)); }
