#include <iostream>

int main() {
  long long a, b;
  int forgotten = 0;
  std::cin >> a >> b;
  std::cout << a + b << "\n";
}
