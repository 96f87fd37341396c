/**
 * The server gives a workflow task to another worker once it is not answered for this long, ms. A frozen worker's open
 * polls still take tasks, so this time adds to a grading's standstill; the default is 10 s.
 */
export const workflowTaskTimeoutMs = 4_000;

/**
 * How long the local steps of one workflow task may take together, ms. What comes later may come after the task was
 * given away: it would be done twice, and the second time everything before it as well. The rest is for the way there
 * and back.
 */
export const localStepsMs = 3_000;

/**
 * How much of its time a workflow task has left. The clock of a workflow moves only with the end of a local step and
 * with the begin of a task: where it has moved since the last step's end, this is a new task.
 */
export class TaskTime {
  #beganAt = 0;
  #lastEndAt: number | undefined;

  leftMs(now: number): number {
    if (now !== this.#lastEndAt) this.#beganAt = now;
    return localStepsMs - (now - this.#beganAt);
  }

  stepEnded(now: number): void {
    this.#lastEndAt = now;
  }
}
