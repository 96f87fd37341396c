#include <csignal>
#include <sys/ptrace.h>

// With a tracer that knows nothing of it, the signal leaves the program stopped.
int main() {
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  raise(SIGSEGV);
}
