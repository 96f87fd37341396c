#include <cstdio>

int main() {
  std::fputs("Time Limit Exceeded\ntimelimit exceeded (wall time): aborting command\nCommand terminated by signal 9\n", stderr);
  std::puts("9");
}
