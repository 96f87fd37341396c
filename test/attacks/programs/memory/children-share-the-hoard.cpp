#include <cstdlib>
#include <cstring>
#include <unistd.h>

int main() {
  for (int i = 0; i < 10; i++) {
    if (fork() != 0) continue;
    void *block = std::malloc(60u << 20);
    if (block != nullptr) std::memset(block, 1, 60u << 20);
    pause();
  }
  pause();
}
