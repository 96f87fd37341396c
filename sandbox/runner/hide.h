#ifndef GRADING_HIDE_H
#define GRADING_HIDE_H

/* Finds what programs may read; once, before the first of them. */
void hide_open(void);
/* Whether hide_others does anything: the kernel, and the engine's list of system calls, have Landlock. */
int can_hide(void);
/* In a child that is about to become the program: takes from it and from its children the right to read what tells of
   other processes and of the container's use of the host. Does nothing where the kernel has no Landlock. */
void hide_others(void);

#endif
