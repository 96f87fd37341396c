#include <iostream>
#include "/dev/stderr"
int main() { std::cout << 8; }
