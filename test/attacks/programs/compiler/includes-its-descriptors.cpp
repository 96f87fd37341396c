#include "/dev/fd/1"
#include "/proc/self/fd/2"
int main() {}
