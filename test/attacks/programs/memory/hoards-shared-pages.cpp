#include <cstring>
#include <sys/mman.h>

int main() {
  for (;;) {
    void *block = mmap(nullptr, 8 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (block != MAP_FAILED) std::memset(block, 1, 8 << 20);
  }
}
