#include <cstring>
#include <vector>

int main() {
  std::vector<char *> blocks;
  const std::size_t size = 16u << 20;
  for (;;) {
    blocks.push_back(new char[size]);
    std::memset(blocks.back(), 1, size);
  }
}
