import type { ExecutionOutcome } from './execution.js';
import { signals } from './signals.js';
import { decodeOutput } from './storable-text.js';

/** What Java needs besides its heap, as the Go worker allows for it (contract §7): classes, compiled code, its own threads, KB. */
const besidesHeapKb = 51_200;
/** Java starts with no less. */
const minHeapKb = 8 * 1024;
const minStackKb = 1024;
/** Ends a recursion without an end within time and memory: unwinding takes up to eight times the stack. */
const maxStackKb = 32 * 1024;
const stackShareOfHeap = 16;

/**
 * Java's own limits for a program whose memory is limited: without them its heap is a quarter of the container, and no
 * program ever reaches the limit. What the heap reserves and does not touch counts nowhere. Also keeps what Java itself
 * says apart from the program's output.
 */
export function javaHeap(memoryLimitKb: number | undefined): readonly string[] {
  if (memoryLimitKb === undefined) return [];
  const heapKb = heapOf(memoryLimitKb);
  const stackKb = Math.min(maxStackKb, Math.max(minStackKb, Math.floor(heapKb / stackShareOfHeap)));
  return [
    // An image's Java may know other options.
    '-XX:+IgnoreUnrecognizedVMOptions',
    '-XX:+UseSerialGC',
    `-Xmx${heapKb}k`,
    `-Xss${stackKb}k`,
    // Memory outside the heap is the container's to limit.
    '-XX:MaxDirectMemorySize=1t',
    // An exhausted heap ends Java by SIGABRT, which is no exit code and no text that a program may have by chance.
    ...['-XX:+CrashOnOutOfMemoryError', '-XX:+SuppressFatalErrorMessage', '-XX:+DisplayVMOutputToStderr'],
    // Its warnings, as of a thread that it is refused, would be output of the program.
    '-Xlog:disable',
    // Nobody compares the error output: in the image's locale, what is not ASCII in a message would be question marks.
    ...['-Dsun.stderr.encoding=UTF-8', '-Dstderr.encoding=UTF-8'],
  ];
}

/** Java ended the program because its heap was exhausted. */
export function javaHeapExhausted({ signal, stderr, stderrTruncated }: ExecutionOutcome): boolean {
  if (signal !== signals.SIGABRT) return false;
  return stderrTruncated || decodeOutput(stderr).includes('Aborting due to java.lang.OutOfMemoryError');
}

/** The part of the limit that is the heap's, KB. */
export function heapOf(memoryLimitKb: number): number {
  return Math.max(minHeapKb, Math.floor(memoryLimitKb) - besidesHeapKb);
}
