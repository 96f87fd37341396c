#include <cstdlib>
#include <cstring>

int main() {
  for (;;) {
    void *block = std::malloc(1 << 20);
    if (block != nullptr) std::memset(block, 1, 1 << 20);
  }
}
