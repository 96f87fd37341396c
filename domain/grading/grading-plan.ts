import { readSignature } from '../function-mode/function-signature.js';
import type { GradingProfile } from '../judging/grading-profile.js';
import type { Language } from '../judging/language.js';
import { languages } from '../judging/language.js';
import { readLanguageName } from '../judging/language-name.js';
import type { EffectiveLimits, ProblemLimits } from '../judging/limits.js';
import { effectiveLimits } from '../judging/limits.js';
import type { GradingPlan } from '../judging/submission.js';
import { oversizedTest } from './faulty-test.js';
import { maxTests } from './test-batches.js';

/** What the platform's database says about a submission. */
export interface SubmissionFacts extends ProblemLimits {
  readonly submissionId: number;
  readonly problemId: number;
  readonly problemTitle: string;
  readonly classId: number;
  readonly language: string;
  readonly gradingMode: string;
  readonly functionSignature: string | null;
  readonly isTest: boolean;
  readonly testCaseIds: readonly number[];
  /** Points of each test, in the same order. Without them, each test has the platform's default of 10. */
  readonly testCasePoints?: readonly number[];
  /** Changes whenever a test of the problem is edited. */
  readonly testDataVersion?: string;
  /** Changes whenever the program is edited. */
  readonly sourceVersion?: string;
  /** How large each test is, in the same order, bytes; not checked where absent. */
  readonly testInputBytes?: readonly number[];
  readonly expectedOutputBytes?: readonly number[];
}

export type PlanOutcome =
  | { readonly kind: 'plan'; readonly plan: GradingPlan }
  /** The submission cannot be graded as it stands; `message` is for the student. */
  | { readonly kind: 'ungradable'; readonly message: string };

/**
 * How to grade a submission, or why it cannot be graded. Python and Java are graded under every profile, although the
 * Python worker takes everything for C++ (contract §7).
 */
export function planGrading(
  facts: SubmissionFacts,
  profile: GradingProfile,
  defaults: EffectiveLimits,
): PlanOutcome {
  const named = readLanguageName(facts.language);
  if (named.kind === 'unknown') return ungradable(unknownLanguage(facts.language));
  if (named.kind === 'other-version') return ungradable(otherVersion(facts.language, named.language));
  const { language } = named;
  if (facts.gradingMode !== 'stdio' && facts.gradingMode !== 'function') {
    return ungradable(
      `This problem has the unknown grading mode "${shortened(facts.gradingMode)}". Please tell your teacher: a problem is graded in mode "stdio" or "function".`,
    );
  }
  if (facts.testCaseIds.length === 0) {
    return ungradable(
      'This problem has no test cases, so there is nothing to grade the program with. Please tell your teacher; once test cases are added, hand the program in again.',
    );
  }
  const oversized = oversizedTest(facts);
  if (oversized !== undefined) return ungradable(oversized);
  if (facts.testCaseIds.length > maxTests) return ungradable(tooManyTests(facts.testCaseIds.length));
  const signature = facts.gradingMode === 'function' ? (facts.functionSignature ?? '') : undefined;
  if (signature !== undefined) {
    const reading = readSignature(signature);
    if (reading.kind === 'unreadable') return ungradable(badSignature(signature, reading.reason));
  }
  return {
    kind: 'plan',
    plan: {
      submissionId: facts.submissionId,
      problemId: facts.problemId,
      problemTitle: facts.problemTitle,
      classId: facts.classId,
      requestedLanguage: facts.language,
      language,
      gradingMode: facts.gradingMode,
      ...(signature === undefined ? {} : { functionSignature: signature }),
      profile,
      isTest: facts.isTest,
      ...effectiveLimits(facts, language, profile, defaults),
      testCaseIds: facts.testCaseIds,
      ...(facts.testCasePoints === undefined ? {} : { testCasePoints: facts.testCasePoints }),
      ...(facts.testDataVersion === undefined ? {} : { testDataVersion: facts.testDataVersion }),
      ...(facts.sourceVersion === undefined ? {} : { sourceVersion: facts.sourceVersion }),
    },
  };
}

function ungradable(message: string): PlanOutcome {
  return { kind: 'ungradable', message };
}

function tooManyTests(count: number): string {
  return `This problem has ${count} tests, more than the ${maxTests} that this system can run. Please tell your teacher: the problem has to be split.`;
}

function unknownLanguage(name: string): string {
  const known = Object.values(languages).map((definition) => definition.displayName);
  return `The language "${shortened(name)}" is not one this system can grade (it knows ${known.join(', ')}). Hand the program in again in one of these, or ask your teacher.`;
}

function otherVersion(name: string, language: Language): string {
  return `The language "${shortened(name)}" is a version this system cannot grade: it has ${languages[language].displayName}. Hand the program in again in that version, or ask your teacher.`;
}

function badSignature(signature: string, reason: string): string {
  const quoted = signature.trim() === '' ? '' : ` ("${shortened(signature.trim())}")`;
  return `This problem is graded in function mode, and its function signature${quoted} cannot be read: ${reason}. Please tell your teacher: it has to be a C++ declaration such as "vector<int> twoSum(vector<int>& nums, int target)". The program itself was not judged; once the problem is corrected, hand it in again.`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
