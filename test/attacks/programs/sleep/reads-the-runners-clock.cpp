// Sleeps, but for the moments at which the runner works: the clock of its CPU time would tell.
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>
#include <sched.h>
#include <time.h>
using namespace std::chrono_literals;
static long times() {
  struct timespec at {};
  clockid_t clock;
  if (clock_getcpuclockid(1, &clock) != 0) std::cerr << "refused ";
  if (clock_gettime(clock, &at) != 0) std::cerr << "no clock ";
  return at.tv_sec * 1000000000L + at.tv_nsec;
}
int main() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  const auto end = std::chrono::steady_clock::now() + 1500ms;
  const auto over = [&] { return std::chrono::steady_clock::now() >= end; };
  while (!over()) {
    // A fight for one core, for the waits; then sleep.
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 30; ++i) threads.emplace_back([&] { while (!stop) {} });
    std::this_thread::sleep_for(5ms);
    stop = true;
    for (auto& each : threads) each.join();
    auto seen = times();
    for (int i = 0; i < 400 && !over(); ++i) {
      std::this_thread::sleep_for(200us);
      const auto now = times();
      if (now == seen) continue;
      for (auto until = std::chrono::steady_clock::now() + 1ms; std::chrono::steady_clock::now() < until;) sched_yield();
      seen = times();
    }
  }
  std::cout << "8\n";
}
