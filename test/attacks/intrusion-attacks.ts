import { Status } from '../../domain/judging/status.js';
import type { Attack } from './catalogue.js';
import { accepted, attackClass, memory, output, runtime, time, wrong } from './catalogue.js';

/**
 * Programs that lie about how they ended, look where they should not, or leave something for later.
 * The last print the right answer once everything they tried was refused, and else what they got.
 */
export const intrusionAttacks: readonly Attack[] = [
  ...attackClass('signals', [
    ['segmentation-fault.cpp', runtime],
    ['abort.cpp', runtime],
    ['terminates-itself.cpp', runtime],
    // The table of contract §6: 137 is memory, 141 output, 124 time, however the program came by it.
    ['kills-itself.cpp', memory],
    ['breaks-its-pipe.cpp', output],
    ['exit-code-1.cpp', runtime],
    ['exit-code-124.cpp', time],
    ['exit-code-137.cpp', memory],
    ['exit-code-141.cpp', output],
    ['exit-code-255.cpp', runtime],
    ['divides-by-zero.py', runtime],
    ['exit-code-3.py', runtime],
    ['Throws.java', runtime],
  ]),
  ...attackClass('words', [
    ['says-time-limit-exceeded.cpp', wrong],
    ['forges-measurements.py', runtime],
    ['forges-an-outcome-frame.cpp', wrong],
    ['SaysAccepted.java', wrong],
  ]),
  ...attackClass('reading', [
    ['walks-through-proc-1.cpp', accepted],
    ['walks-through-proc.py', accepted],
    ['looks-for-test-data.py', accepted, { timeLimitMs: 20_000 }],
    ['reads-files-of-other-users.py', accepted],
    ['WritesOutsideItsFolder.java', accepted],
    ['raises-its-own-limits.cpp', accepted],
    ['wakes-the-hosts-crash-handler.cpp', accepted],
    ['becomes-root.cpp', accepted],
    ['calls-the-kernel.cpp', accepted],
    ['runs-set-user-id-programs.py', accepted, { timeLimitMs: 5000 }],
  ]),
  ...attackClass(
    'leftovers',
    [
      ['counts-tests-by-a-file.cpp', accepted],
      ['counts-tests-by-a-file.py', accepted],
      ['replaces-its-own-binary.cpp', accepted],
      ['rewrites-its-own-source.py', accepted],
      ['leaves-a-module-in-the-way.py', accepted],
      ['leaves-shared-memory-and-queues.cpp', accepted],
      ['links-names-to-other-files.cpp', accepted],
      ['leaves-a-locked-maze.py', accepted],
      ['leaves-odd-names.py', accepted],
      ['uses-up-all-inodes.py', accepted, { timeLimitMs: 5000 }],
      ['PlantsACompilerPlugin.java', accepted],
      ['leaves-traffic-on-the-loopback.py', accepted],
      ['takes-the-graders-own-names.py', accepted],
      ['nests-folders-deeply.cpp', accepted],
    ],
    { tests: 2 },
  ),
  ...attackClass('network', [
    ['connects-to-the-host.cpp', accepted],
    ['connects-to-the-host.py', accepted, { timeLimitMs: 5000 }],
    ['ConnectsToTheHost.java', accepted, { timeLimitMs: 5000 }],
    ['sends-datagrams.py', accepted],
    ['opens-raw-and-other-sockets.cpp', accepted],
    ['asks-the-docker-engine.py', accepted],
    ['resolves-names.py', [Status.Accepted, Status.TimeLimitExceeded]],
  ]),
];
