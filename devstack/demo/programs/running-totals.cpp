#include <iostream>

int main() {
  int count;
  std::cin >> count;
  long long total = 0;
  for (int i = 0; i < count; ++i) {
    long long value;
    std::cin >> value;
    total += value;
    std::cout << total << (i + 1 < count ? " " : "\n");
  }
}
