#include <cstdio>

int main() { std::fwrite("8\xff\xfe\xc3\xed\xa0\x80\n", 1, 8, stdout); }
