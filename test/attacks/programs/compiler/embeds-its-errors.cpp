#include <iostream>
asm(".incbin \"/dev/stderr\"");
int main() { std::cout << 8; }
