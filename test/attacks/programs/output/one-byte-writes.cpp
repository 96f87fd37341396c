#include <unistd.h>

int main() {
  while (write(1, "8", 1) == 1) continue;
}
