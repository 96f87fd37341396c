#ifndef GRADING_SLEEP_H
#define GRADING_SLEEP_H

#include <stdint.h>
#include <sys/types.h>

enum sleep { SLEEP_NONE = 0, SLEEP_CHOSEN, SLEEP_UNTIL };

/* Whether a task that is not runnable waits for a moment of its own choice rather than for another task. SLEEP_UNTIL
   where either may end the wait: `until_us`, of now_us(), is when the time does. Asked as the sandbox user: the kernel
   shows a task's system call and memory to its own user alone. */
enum sleep sleep_of(pid_t process, pid_t thread, uint64_t *until_us);

#endif
