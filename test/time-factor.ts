/**
 * How many times slower the engine under test is than a machine the tests' limits are made for: 1, or what
 * `npm run test:cgroup-v2` measured in its emulated one.
 */
export const timeFactor = Math.max(1, Number(process.env.GRADER_TEST_TIME_FACTOR ?? 1) || 1);

/** A limit, or a time that a program takes, on the engine under test. */
export function scaled(ms: number): number {
  return Math.ceil(ms * timeFactor);
}
