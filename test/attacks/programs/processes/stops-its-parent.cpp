#include <csignal>
#include <cstdio>
#include <unistd.h>

int main() { std::puts(kill(getppid(), SIGSTOP) == 0 ? "the parent was stopped" : "8"); }
