#include <pthread.h>
#include <unistd.h>

static void *become_sleep(void *) {
  execlp("sleep", "sleep", "30", static_cast<char *>(nullptr));
  return nullptr;
}

int main() {
  pthread_t thread;
  pthread_create(&thread, nullptr, become_sleep, nullptr);
  pthread_join(thread, nullptr);
}
