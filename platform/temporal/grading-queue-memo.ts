/**
 * Memo of a grading that a bridge started: the queue its message came from. A grading that a person started, such as a
 * replay, has none.
 */
export const queueMemo = 'Queue';
