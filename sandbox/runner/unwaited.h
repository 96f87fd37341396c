#ifndef GRADING_UNWAITED_H
#define GRADING_UNWAITED_H

#include "clean.h"

/* Before a program starts, and after stall_begin(). */
void unwaited_begin(void);
/* Adds what children used that nobody waited for. */
void unwaited_add(struct reaped_usage *usage);

#endif
