#include <csignal>
#include <cstdio>

int main() {
  std::puts("8");
  std::fflush(stdout);
  raise(SIGPIPE);
}
