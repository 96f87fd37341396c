#include <sys/prctl.h>
#include <unistd.h>

// For whoever reads /proc/<pid>/stat by blanks: "(x) Z 1 (y)".
int main() {
  prctl(PR_SET_NAME, "x) Z 1 (y", 0, 0, 0);
  for (;;) pause();
}
