#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

int main() {
  std::puts("8");
  std::fflush(stdout);
  unlink("main");
  rename("main", "moved");
  if (std::FILE *file = std::fopen("main", "w")) {
    std::fputs("#!/bin/sh\necho replaced\n", file);
    std::fclose(file);
    chmod("main", 0755);
  }
}
