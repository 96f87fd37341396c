#include <cstdio>
#include <initializer_list>
#include <fcntl.h>
#include <unistd.h>

int main() {
  const char *const places[] = {"/proc/1/root/etc/hostname", "/proc/1/mem",     "/proc/1/environ", "/proc/1/fd/0",
                                "/proc/1/fd/1",              "/proc/1/cwd/main", "/proc/1/maps",    "/proc/1/task/1/mem"};
  for (const char *place : places)
    for (int mode : {O_RDONLY, O_RDWR}) {
      char byte;
      int fd = open(place, mode);
      if (fd < 0 || (mode == O_RDONLY && read(fd, &byte, 1) < 0)) continue;
      std::printf("opened %s\n", place);
      return 0;
    }
  std::puts("8");
}
