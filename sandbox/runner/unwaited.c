/*
 * Children nobody waits for. Where a program ignores SIGCHLD the kernel reaps its children itself, and adds what they
 * used to no process: the runner never hears of them. Their container's control group does. Its CPU time is exact; of
 * its memory the highest value is, where it is a new one; what it held otherwise is looked at (held.c).
 */
#include "unwaited.h"

#include "measure.h"
#include "stall.h"

/* The control group's CPU time is booked at ticks, and the runner's fork is in it. */
#define SLACK_US 20000

static uint64_t peak_before_kb;

void unwaited_begin(void) { peak_before_kb = group_peak_kb(); }

void unwaited_add(struct reaped_usage *usage) {
  uint64_t group_us = stall_cpu_us();
  if (group_us <= usage->cpu_us + usage->cpu_us / 20 + SLACK_US) return;
  usage->cpu_us = group_us;
  uint64_t peak_kb = group_peak_kb(), files_kb = file_bytes() / 1024;
  if (peak_kb > peak_before_kb && peak_kb > files_kb && peak_kb - files_kb > usage->peak_kb)
    usage->peak_kb = peak_kb - files_kb;
}
