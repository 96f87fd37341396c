#include <cstdio>
#include <initializer_list>
#include <unistd.h>

int main() {
  bool left = false;
  for (const char *name : {"main.cpp", "main.py", "Main.java", "main.o", "link"}) {
    unlink(name);
    char target[64];
    left = left || readlink(name, target, sizeof target) > 0;
    if (symlink("/etc/passwd", name) != 0) continue;
  }
  std::puts(left ? "a link was left by the test before" : "8");
}
