#ifndef GRADING_RUN_H
#define GRADING_RUN_H

#include "frame.h"

/* Runs the command of a REQUEST_RUN frame and answers it. Takes the frame over.
   Ends the process when the control stream ends meanwhile. */
void run_command(struct frame *request);

#endif
