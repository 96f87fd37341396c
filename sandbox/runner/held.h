#ifndef GRADING_HELD_H
#define GRADING_HELD_H

#include "clean.h"

/* Before a program starts. */
void held_begin(void);
/* After each look at the program's tasks. */
void held_look(void);
/* When the program and all it started are gone: its peak is at least what they held together. */
void held_add(struct reaped_usage *usage);

#endif
