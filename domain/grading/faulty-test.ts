import { readSignature } from '../function-mode/function-signature.js';
import { testInputProblem } from '../function-mode/test-input.js';
import { gradingRules } from '../judging/grading-profile.js';
import { maxTestInputBytes, mebibytes } from '../judging/limits.js';
import type { GradingPlan } from '../judging/submission.js';

/** Far above what a program may print, and still no burden for the worker. */
const maxExpectedOutputBytes = 64 * 1024 * 1024;

/** Sizes of a problem's tests, bytes, in the order of their ids. */
interface TestSizes {
  readonly testCaseIds: readonly number[];
  readonly testInputBytes?: readonly number[];
  readonly expectedOutputBytes?: readonly number[];
}

/** What a student is told of the first test that is too large to be given to a program; undefined where none is. */
export function oversizedTest({
  testCaseIds,
  testInputBytes = [],
  expectedOutputBytes = [],
}: TestSizes): string | undefined {
  for (const [index, id] of testCaseIds.entries()) {
    const problem = sizeProblem(testInputBytes[index] ?? 0, expectedOutputBytes[index] ?? 0);
    if (problem !== undefined) return faultyTest(`Test ${index + 1} of this problem (id ${id}) ${problem}`);
  }
  return undefined;
}

/** The same of one test that was loaded, in case it has changed since. */
export function oversizedTestData(id: number, inputBytes: number): string | undefined {
  const problem = sizeProblem(inputBytes, 0);
  return problem === undefined ? undefined : faultyTest(`Test ${id} of this problem ${problem}`);
}

/** A longer input is not looked at beforehand, which would hold up all else the worker does: the program tells then. */
const maxCheckedLength = 1024 * 1024;

/** How a test's input is read in function mode. */
type InputReading = Pick<GradingPlan, 'language' | 'profile'> & {
  readonly functionSignature?: string | null | undefined;
};

/**
 * What a student is told of a test whose input no program can read as the function's arguments; undefined where it
 * can be read.
 * @param place what people call the test, such as `Test 2 of this problem (id 17)`.
 */
export function unreadableTest(
  { functionSignature, language, profile }: InputReading,
  place: string,
  input: string,
): string | undefined {
  const reading = readSignature(functionSignature ?? '');
  // Told of the problem as a whole.
  if (reading.kind === 'unreadable' || input.length > maxCheckedLength) return undefined;
  const { functionInput } = gradingRules(profile, language);
  const problem = testInputProblem(reading.signature, functionInput, language, input);
  return problem === undefined
    ? undefined
    : faultyTest(`${place} has an input that cannot be read as the arguments of the function: ${problem}`);
}

function sizeProblem(inputBytes: number, expectedBytes: number): string | undefined {
  if (inputBytes > maxTestInputBytes) {
    return `has an input of ${mebibytes(inputBytes)}, and at most ${mebibytes(maxTestInputBytes)} can be given to a program`;
  }
  if (expectedBytes > maxExpectedOutputBytes) {
    return `expects an output of ${mebibytes(expectedBytes)}, and a program may print less than 1 MiB`;
  }
  return undefined;
}

function faultyTest(what: string): string {
  return `${what}. Please tell your teacher: the test has to be corrected. The program itself was not judged; once the problem is corrected, hand it in again.`;
}
