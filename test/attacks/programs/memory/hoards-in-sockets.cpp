// Memory of the kernel: no page of it is the program's.
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
int main() {
  static char bytes[1 << 16];
  memset(bytes, 1, sizeof bytes);
  for (int ends[2]; socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;) {
    for (int end : ends) {
      const int size = 1 << 24;
      setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
      fcntl(end, F_SETFL, O_NONBLOCK);
      while (write(end, bytes, sizeof bytes) > 0) {
      }
    }
  }
  puts("8");
}
