/* A read of signals that takes as long as it does where the host gives the runner no core just then. */
#include <sys/signalfd.h>
#include <unistd.h>

ssize_t __real_read(int fd, void *into, size_t size);

ssize_t __wrap_read(int fd, void *into, size_t size) {
  ssize_t got = __real_read(fd, into, size);
  if (got > 0 && size == 8 * sizeof(struct signalfd_siginfo)) usleep(200000);
  return got;
}
