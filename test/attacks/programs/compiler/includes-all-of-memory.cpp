#include "/proc/self/mem"
#include "/dev/full"
int main() {}
