import { Status } from '../../domain/judging/status.js';
import type { Attack } from './catalogue.js';
import { accepted, attackClass, memory, output, runtime, time } from './catalogue.js';

const refusedOrStopped = [Status.TimeLimitExceeded, Status.MemoryLimitExceeded, Status.RuntimeError];
const memoryOrRuntime = [Status.MemoryLimitExceeded, Status.RuntimeError];
const outputOrTime = [Status.OutputLimitExceeded, Status.TimeLimitExceeded];

/** What they hold is above the limit and below the container's, which would end them otherwise. */
const betweenLimits = { timeLimitMs: 10_000, memoryLimitKb: 64_000 };

/** Programs that take more than their share: processes, threads, memory, output and time. */
export const resourceAttacks: readonly Attack[] = [
  ...attackClass('processes', [
    ['fork-bomb.cpp', time],
    ['fork-bomb.py', time],
    ['ForkBomb.java', refusedOrStopped, { timeLimitMs: 1500 }],
    ['leaves-children-in-new-sessions.cpp', accepted, { tests: 2 }],
    ['writes-after-its-end.py', accepted, { tests: 2 }],
    ['children-burn-while-parent-sleeps.cpp', time],
    ['zombies.cpp', accepted],
    ['kills-everyone.cpp', accepted],
    ['kills-everyone.py', accepted],
    ['stops-its-parent.cpp', accepted],
    ['makes-the-runner-its-tracer.cpp', [...time, ...runtime]],
    ['names-itself-like-a-state.cpp', time],
    ['answers-from-an-orphan.cpp', [Status.WrongAnswer]],
    ['calls-every-number.cpp', accepted, { timeLimitMs: 20_000 }],
    ['leaves-stopped-and-waiting-children.cpp', accepted, { tests: 2 }],
    ['gives-up-every-right.cpp', accepted, { tests: 2 }],
  ]),
  ...attackClass('threads', [
    ['threads-without-end.cpp', time],
    ['detached-threads-outlive-main.cpp', time],
    ['exec-from-a-thread.cpp', time],
    ['threads-without-end.py', refusedOrStopped],
    ['ThreadsWithoutEnd.java', refusedOrStopped, { timeLimitMs: 1500 }],
    ['GoesOnWithTheThreadsItHas.java', accepted, { timeLimitMs: 3000 }],
  ]),
  ...attackClass('memory', [
    ['hoards-heap.cpp', memory, { timeLimitMs: 2000 }],
    ['touches-a-large-static-array.cpp', memory, { timeLimitMs: 2000 }],
    // Memory is what is resident: what is never touched costs nothing.
    ['leaves-a-large-static-array-untouched.cpp', accepted],
    ['recursion-without-end.cpp', runtime],
    ['recursion-without-limit.py', memoryOrRuntime],
    ['children-share-the-hoard.cpp', memory, { timeLimitMs: 2000 }],
    ['hoards-shared-pages.cpp', memory, { timeLimitMs: 2000 }],
    ['hoards-system-v-segments.cpp', memory, { timeLimitMs: 2000 }],
    ['hoards-in-sockets.cpp', memory, { timeLimitMs: 2000 }],
    ['hoards-page-tables.cpp', memory, { timeLimitMs: 2000 }],
    ['hoards-files-in-memory.py', memory, { timeLimitMs: 5000, memoryLimitKb: 64_000, tests: 2 }],
    ['forgets-its-peak.py', memory, betweenLimits],
    ['hoards-in-parts.py', memory, betweenLimits],
    ['parks-data-in-sockets.py', memory, betweenLimits],
    ['starts-itself-anew.py', memory, betweenLimits],
    ['catches-its-memory-error.py', accepted],
    ['writes-a-large-file.py', accepted, betweenLimits],
    ['parks-data-in-huge-pages.cpp', accepted],
    ['stays-just-below-the-limit.cpp', accepted, { timeLimitMs: 2000 }],
    ['hoards-heap.py', memory, { timeLimitMs: 5000 }],
    ['HoardsHeap.java', memoryOrRuntime, { timeLimitMs: 10_000 }],
    ['HoardsBuffersOutsideTheHeap.java', memoryOrRuntime, { timeLimitMs: 10_000 }],
  ]),
  ...attackClass('output', [
    ['floods-stdout.cpp', output, { timeLimitMs: 2000 }],
    ['floods-stdout.py', output, { timeLimitMs: 5000 }],
    ['FloodsStdout.java', output, { timeLimitMs: 10_000 }],
    ['floods-stderr.cpp', time],
    ['blanks-after-the-answer.cpp', output, { timeLimitMs: 2000 }],
    ['one-byte-writes.cpp', outputOrTime],
    ['one-long-line.py', output],
    ['floods-slowly.py', time],
    ['children-flood-both-streams.cpp', output, { timeLimitMs: 2000 }],
    ['closes-stdout-and-stays.cpp', time],
    ['changes-its-pipe.cpp', accepted],
  ]),
  ...attackClass('sleep', [
    ['sleeps.cpp', time],
    ['Sleeps.java', time, { timeLimitMs: 1000 }],
    ['pauses.cpp', time],
    ['selects-nothing.py', time],
    ['watches-the-clock.cpp', time],
    ['stops-itself.cpp', time],
    ['ignores-every-signal.py', time],
    ['waits-for-a-pipe-nobody-writes.py', time],
    ['sleeps-while-threads-spin.cpp', time],
    ['fights-for-a-core-then-sleeps.cpp', time],
    ['waits-for-a-socket-while-threads-spin.cpp', time],
    ['a-thread-waits-until-a-time-while-others-spin.cpp', time],
    ['waits-for-a-lock-until-a-time-while-a-thread-spins.cpp', time],
    ['SleepsWhileThreadsSpin.java', time, { timeLimitMs: 1500 }],
    ['is-awake-when-it-is-looked-at.cpp', time],
    ['reads-the-runners-clock.cpp', time],
    ['sleeps-in-a-thread-when-main-is-gone.cpp', time],
    ['EndsInAHookThatDoesNot.java', time, { timeLimitMs: 1500 }],
  ]),
];
