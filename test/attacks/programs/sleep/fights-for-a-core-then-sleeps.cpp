// The waits of its threads for one core are many times the time they take; then it sleeps, a little at a time.
#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>
#include <vector>
#include <sched.h>
using namespace std::chrono_literals;
int main() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i) threads.emplace_back([&] { while (!stop) {} });
  std::this_thread::sleep_for(50ms);
  stop = true;
  for (auto& each : threads) each.join();
  const auto end = std::chrono::steady_clock::now() + 1500ms;
  while (std::chrono::steady_clock::now() < end) {
    for (auto until = std::chrono::steady_clock::now() + 100us; std::chrono::steady_clock::now() < until;) sched_yield();
    std::this_thread::sleep_for(1ms);
  }
  std::cout << "8\n";
}
