#include <cstdio>

int main() {
  for (;;) std::puts("the same line, again and again");
}
