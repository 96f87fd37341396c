#include <arpa/inet.h>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main() {
  int a, b, port;
  if (std::scanf("%d %d %d", &a, &b, &port) != 3) return 1;
  for (const char *host : {"127.0.0.1", "172.17.0.1", "10.0.2.2", "169.254.169.254"}) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<unsigned short>(port));
    inet_pton(AF_INET, host, &address.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0) return std::puts(host), 0;
  }
  sockaddr_un local = {};
  local.sun_family = AF_UNIX;
  const std::string name = "grading-attack-" + std::to_string(port);
  std::memcpy(local.sun_path + 1, name.data(), name.size());
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (connect(fd, reinterpret_cast<sockaddr *>(&local), length) == 0) return std::puts("abstract socket"), 0;
  std::printf("%d\n", a + b);
}
