// A size of 1 keeps a crash from the program that the host has for core files; a smaller one does not.
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
int main() {
  const rlimit none = {0, 0};
  rlimit now;
  if (setrlimit(RLIMIT_CORE, &none) == 0) return std::puts("set"), 0;
  if (getrlimit(RLIMIT_CORE, &now) != 0 || now.rlim_cur != 1 || now.rlim_max != 1) return std::puts("another"), 0;
  std::puts("8");
}
