// A socket nobody writes to, with a time-out the kernel shows to nobody.
#include <atomic>
#include <iostream>
#include <thread>
#include <vector>
#include <sys/socket.h>
#include <sys/time.h>
int main() {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { while (!stop) {} });
  int ends[2];
  timeval most{2, 0};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  char byte;
  recv(ends[0], &byte, 1, 0);
  stop = true;
  for (auto& each : threads) each.join();
  std::cout << "8\n";
}
