#ifndef GRADING_UNWAITED_H
#define GRADING_UNWAITED_H

#include "clean.h"

/* Before a program starts, and after stall_begin(). */
void unwaited_begin(void);
/* After each look at the program's tasks. */
void unwaited_look(void);
/* Adds what children used that nobody waited for. */
void unwaited_add(struct reaped_usage *usage);

#endif
