#include <cstdio>

int main() {
  for (;;) std::puts("8");
}
