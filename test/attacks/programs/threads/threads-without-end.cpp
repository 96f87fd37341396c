#include <pthread.h>
#include <unistd.h>

static void *wait(void *) {
  pause();
  return nullptr;
}

int main() {
  for (;;) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, wait, nullptr) == 0) pthread_detach(thread);
  }
}
