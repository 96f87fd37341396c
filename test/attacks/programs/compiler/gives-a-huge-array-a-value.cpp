#include <cstdio>
char table[1 << 30] = {1};
int main() { std::printf("%d\n", table[0] + 7); }
