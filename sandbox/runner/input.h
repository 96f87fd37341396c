#ifndef GRADING_INPUT_H
#define GRADING_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* A file of these bytes that nobody else can find or write, open at its beginning; -1 where there is no room for it.
   The bytes are given up on the way, so that none is in memory twice. With `has_name`, the program may open it to write,
   too, as any file of its own folder: a stream that is told no mode does. */
int open_input(uint8_t *bytes, size_t length, int has_name);

#endif
