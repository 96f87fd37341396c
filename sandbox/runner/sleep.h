#ifndef GRADING_SLEEP_H
#define GRADING_SLEEP_H

#include <sys/types.h>

/* Whether a task that is not runnable waits for a moment of its own choice rather than for another task. Asked as the
   sandbox user: the kernel shows a task's system call to its own user alone. */
int sleeps_by_choice(pid_t process, pid_t thread);

#endif
