// Nobody notifies the condition: only the clock ends the wait, and main joins.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>
int main() {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { while (!stop) {} });
  std::thread sleeper([] {
    std::mutex mutex;
    std::condition_variable condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, std::chrono::seconds(2));
  });
  sleeper.join();
  stop = true;
  for (auto& each : threads) each.join();
  std::cout << "8\n";
}
