#ifndef GRADING_PRIVILEGES_H
#define GRADING_PRIVILEGES_H

#include <sys/types.h>

/* Where a submission is compiled and run; the only folder that outlives a command. */
#define WORK_AREA "/sandbox"

/* The unprivileged user programs run as; set once at start. */
extern uid_t sandbox_uid;

/* Becomes the sandbox user for good: no capability, no way back. 0 on success. */
int become_sandbox_user(void);

/* Between the two, what is made belongs to the sandbox user and only what it may reach is reached. The effective
   identity, as gVisor has no identity for files alone; the real one stays root's, so programs cannot touch the runner. */
void act_as_sandbox_user(void);
void act_as_root(void);

#endif
