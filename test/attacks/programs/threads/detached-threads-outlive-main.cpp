#include <pthread.h>

static void *burn(void *) {
  for (volatile unsigned long spin = 0;; spin = spin + 1) continue;
  return nullptr;
}

int main() {
  for (int i = 0; i < 4; i++) {
    pthread_t thread;
    pthread_create(&thread, nullptr, burn, nullptr);
    pthread_detach(thread);
  }
  pthread_exit(nullptr);
}
