import { Status } from '../../domain/judging/status.js';
import type { Attack } from './catalogue.js';
import { accepted, attackClass, compileError, runtime, wrong } from './catalogue.js';

const acceptedOrCompileError = [Status.Accepted, Status.CompileError];

/** Sources that attack their compiler, odd bytes, white space, and what is special in Java. */
export const sourceAttacks: readonly Attack[] = [
  ...attackClass(
    'compiler',
    [
      ['includes-random-bytes.cpp', compileError],
      ['includes-zeros-without-end.cpp', compileError],
      ['includes-itself.cpp', compileError],
      ['includes-its-own-messages.cpp', compileError],
      ['embeds-its-own-messages.cpp', compileError],
      ['embeds-its-errors.cpp', compileError],
      ['includes-its-descriptors.cpp', compileError],
      // Its input is empty, and ends.
      ['includes-its-input.cpp', accepted],
      // A file of no size, which the compiler takes for empty.
      ['includes-its-page-map.cpp', [Status.CompileError, Status.WrongAnswer]],
      ['includes-all-of-memory.cpp', compileError],
      ['includes-the-kernels-log.cpp', compileError],
      ['embeds-zeros-without-end.cpp', compileError],
      ['includes-a-terminal.cpp', compileError],
      ['includes-a-secret.cpp', compileError],
      ['embeds-a-secret.cpp', compileError],
      ['expands-macros-without-end.cpp', compileError],
      ['nests-templates-without-end.cpp', compileError],
      ['doubles-templates.cpp', compileError],
      ['computes-without-end.cpp', compileError],
      ['repeats-instructions-without-end.cpp', compileError],
      ['makes-a-huge-executable.cpp', compileError],
      ['gives-a-huge-array-a-value.cpp', compileError],
      ['includes-a-secret-by-the-assembler.cpp', compileError],
      ['embeds-zeros-by-the-assembler.cpp', compileError],
      ['repeats-macros-of-the-assembler.cpp', compileError],
      ['makes-errors-without-end.cpp', compileError],
      ['nests-brackets.py', compileError],
      ['nests-lists-of-operators.py', [Status.CompileError, Status.WrongAnswer]],
      ['nests-blocks.py', compileError],
      ['folds-constants.py', wrong],
      ['InfersTypesWithoutEnd.java', compileError],
      ['ExtendsItselfWithoutEnd.java', compileError],
      ['TooLargeConstantTable.java', compileError],
      ['NestsBrackets.java', compileError],
    ],
    { compileTimeMs: 2000 },
  ),
  ...attackClass('bytes', [
    ['nul-after-the-answer.cpp', wrong],
    ['every-byte.py', wrong],
    // As the Python worker has it: what is no UTF-8 is left out.
    ['not-utf-8.cpp', accepted],
    ['LoneSurrogate.java', wrong],
    ['not-utf-8-on-stderr.py', runtime],
    ['binary-source.cpp', compileError],
    ['control-characters-in-source.py', accepted],
    ['byte-order-mark.py', accepted],
    ['an-empty-source.cpp', compileError],
    ['an-empty-source.py', wrong],
  ]),
  ...attackClass(
    'white-space',
    [
      ['no-newline-at-the-end.cpp', accepted],
      ['windows-line-ends.cpp', accepted],
      ['line-feed-then-carriage-return.cpp', wrong],
      ['blank-lines-around.cpp', accepted],
      ['blank-at-a-line-end.cpp', wrong],
      ['blank-line-between.cpp', wrong],
      ['one-line.cpp', wrong],
      // Python is graded as the Go worker does (contract §7).
      ['blank-at-a-line-end.py', [Status.PresentationError]],
      ['letter-case.cpp', wrong, { expectedOutput: 'yes\n' }],
    ],
    { expectedOutput: '3\n5\n' },
  ),
  ...attackClass('java', [
    ['NoMain.java', runtime],
    ['NotPublic.java', accepted],
    // The first class that has main is started, as the Go worker does (contract §7).
    ['NotPublicUnderAnotherName.java', accepted],
    ['InAPackage.java', runtime],
    ['UnicodeName.java', acceptedOrCompileError],
    ['UnicodeHelper.java', accepted],
    ['AbstractMain.java', accepted],
    ['FinalStrictMain.java', accepted],
    ['TwoPublicClasses.java', compileError],
    ['NameTooLongForAFile.java', compileError],
    ['NameTooLongForAClassFile.java', acceptedOrCompileError],
    ['NameInAComment.java', accepted],
    ['ReplacesStandardOutput.java', wrong],
  ]),
];
