#ifndef GRADING_SEAL_H
#define GRADING_SEAL_H

/* Makes what a command left in the work area the runner's own: programs may read and run it, and add files beside
   it, but change nothing of it. Links, pipes and devices are dropped; with `name_streams`, `input.txt` and `output.txt`
   are made as links to a program's streams. 0, or -1 where it is too much to be kept. */
int seal_work_area(int name_streams);

/* Whether something is sealed. */
int is_sealed(void);

/* Whether the streams have names in what is sealed. */
int streams_are_named(void);

/* Removes what was sealed, if anything; the work area is as before. */
void unseal_work_area(void);

/* Removes everything of the work area that was not sealed. NULL, or what is in the way. */
const char *restore_work_area(void);

#endif
