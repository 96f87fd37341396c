#include "/dev/ptmx"
int main() {}
