int main() {
  for (volatile unsigned long step = 0;; step = step + 1) {
  }
}
