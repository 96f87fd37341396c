#include <iostream>

int main() {
  long long a, b;
  std::cin >> a >> b;
  int *volatile nowhere = nullptr;
  *nowhere = 1;
  std::cout << a + b << "\n";
}
