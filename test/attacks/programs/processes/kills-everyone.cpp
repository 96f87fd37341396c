#include <csignal>
#include <cstdio>
#include <unistd.h>

int main() {
  kill(-1, SIGKILL);
  std::puts(kill(1, SIGKILL) == 0 ? "the runner took a signal" : "8");
}
