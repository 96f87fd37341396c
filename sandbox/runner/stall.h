#ifndef GRADING_STALL_H
#define GRADING_STALL_H

#include <stddef.h>
#include <stdint.h>

/* Begins anew, for a program that is about to be started; `at_us` is now. */
void stall_begin(uint64_t at_us);
/* Looks at the program's tasks; `born_us` is the moment from which its time counts. Returns the moment of the look. */
uint64_t stall_look(uint64_t born_us);
/* The last look, at a program that ended at `ended_us`. */
void stall_end(uint64_t ended_us, uint64_t born_us);
/* Microseconds until the next look is worth its cost. */
uint64_t stall_next_look_us(uint64_t at_us);
/* How long, up to the last look, some task wanted a core and none had one. */
uint64_t stall_us(void);
/* The most tasks seen at a look. */
size_t stall_tasks(void);
/* CPU time of all tasks since the beginning, the ended ones among them; 0 where the kernel does not tell. */
uint64_t stall_cpu_us(void);

#endif
