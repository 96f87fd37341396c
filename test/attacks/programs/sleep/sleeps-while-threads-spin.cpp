// Its threads want every core all the time; what it waits for is the clock.
#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>
#include <vector>
int main() {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { while (!stop) {} });
  std::this_thread::sleep_for(std::chrono::seconds(1));
  stop = true;
  for (auto& each : threads) each.join();
  std::cout << "8\n";
}
