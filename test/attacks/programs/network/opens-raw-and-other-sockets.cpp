#include <cstdio>
#include <sys/socket.h>

int main() {
  if (socket(AF_INET, SOCK_RAW, 1) >= 0) return std::puts("raw"), 0;
  if (socket(AF_PACKET, SOCK_RAW, 0) >= 0) return std::puts("packet"), 0;
  if (socket(AF_VSOCK, SOCK_STREAM, 0) >= 0) {
    // Some kernels have it; without a peer nothing can be reached.
  }
  std::puts("8");
}
