#include <iostream>

int main() {
  long long a, b;
  std::cin >> a >> b;
  volatile int *nowhere = nullptr;
  std::cout << a + b + *nowhere << "\n";
}
