#include <cstdio>
#include <cstdlib>
#include <cstring>

int main() {
  unsigned long size = 230ul << 20;
  char *block = static_cast<char *>(std::malloc(size));
  if (block == nullptr) return 1;
  std::memset(block, 1, size);
  std::printf("%d\n", block[size - 1] + 7);
}
