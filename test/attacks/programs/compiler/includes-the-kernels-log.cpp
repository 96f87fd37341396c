#include "/proc/kmsg"
int main() {}
