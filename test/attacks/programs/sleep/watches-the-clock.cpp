#include <ctime>

int main() {
  const std::time_t start = std::time(nullptr);
  while (std::time(nullptr) < start + 30) continue;
}
