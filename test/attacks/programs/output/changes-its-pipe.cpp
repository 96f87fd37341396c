// What a program may do to the pipe that it writes to changes nothing for who reads it.
#include <cstdio>
#include <fcntl.h>
#include <initializer_list>
#include <signal.h>
#include <unistd.h>

int main() {
  int a, b;
  if (std::scanf("%d %d", &a, &b) != 2) return 1;
  for (int stream : {1, 2}) {
    fcntl(stream, F_SETOWN, 1);
    fcntl(stream, F_SETSIG, SIGKILL);
    fcntl(stream, F_SETPIPE_SZ, 1 << 20);
    fcntl(stream, F_SETFL, O_DIRECT | O_ASYNC | O_NONBLOCK);
  }
  char stolen[9];
  for (const char* name : {"/dev/stdout", "/proc/self/fd/1"}) {
    int own = open(name, O_RDONLY | O_NONBLOCK);
    if (own >= 0 && read(own, stolen, sizeof stolen) >= 0) return 2;
  }
  std::printf("%d\n", a + b);
}
