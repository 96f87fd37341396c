import { compileMessage } from '../domain/compile-message.js';
import type { ExecutionLimits, ExecutionOutcome } from '../domain/execution.js';
import type { ProgramFiles } from '../domain/function-program.js';
import { functionCppFlags, functionProgram } from '../domain/function-program.js';
import { readSignature } from '../domain/function-signature.js';
import type { GradingProfile, GradingRules } from '../domain/grading-profile.js';
import { gradingRules } from '../domain/grading-profile.js';
import { languages } from '../domain/language.js';
import { storableText } from '../domain/storable-text.js';
import type { Language } from '../domain/submission.js';
import type { KeptText } from '../domain/test-report.js';
import type { ActivityDependencies } from './dependencies.js';
import { withHeartbeats } from './heartbeat.js';
import { keepText } from './kept-text.js';

export interface CompileInput {
  readonly leaseId: string;
  readonly submissionId: number;
  readonly language: Language;
  readonly profile: GradingProfile;
  /** Given in function mode. */
  readonly functionSignature?: string;
}

export type CompileOutput =
  | { readonly kind: 'compiled'; readonly sourceFile: string; readonly wallMs: number }
  | { readonly kind: 'compile-error'; readonly message: KeptText; readonly wallMs: number };

/** The compiler's own limits: the program's cap must not decide whether it compiles. */
const compileLimits: ExecutionLimits = {
  timeMs: 30_000,
  wallMs: 60_000,
  memoryKb: 1024 * 1024,
  stdoutBytes: 1024 * 1024,
  stderrBytes: 256 * 1024,
  fileBytes: 256 * 1024 * 1024,
  processes: 256,
};

/** Step 3. A program that does not compile is a result. @throws LeaseLostError */
export function compile({ store, pool, outputs, settings }: ActivityDependencies) {
  return async (input: CompileInput): Promise<CompileOutput> =>
    withHeartbeats(async (signal) => {
      const rules = gradingRules(input.profile, input.language);
      const container = pool.container(input.leaseId);
      const source = await store.loadSource(input.submissionId);
      const files = programFiles(input, rules, source);
      for (const { name, content } of files)
        await container.writeFile(name, new TextEncoder().encode(content));
      const outcome = await container.execute(
        {
          argv: languages[input.language].compileCommand(
            files.map((file) => file.name),
            input.functionSignature === undefined ? rules.cppFlags : functionCppFlags,
          ),
          stdin: new Uint8Array(),
          limits: compileLimits,
          freshTmp: true,
          sealWorkArea: true,
        },
        signal,
      );
      const wallMs = Math.round(outcome.wallMs);
      if (outcome.end === 'exited' && outcome.exitCode === 0) {
        return { kind: 'compiled', sourceFile: files[0].name, wallMs };
      }
      const message = failedCompilation(outcome, rules.compileErrorLines, settings.outputReceivedLimitBytes);
      return { kind: 'compile-error', message: await keepText(outputs, message), wallMs };
    });
}

function programFiles(
  { language, functionSignature }: CompileInput,
  rules: GradingRules,
  source: string,
): ProgramFiles {
  if (functionSignature === undefined) {
    return [{ name: languages[language].sourceFile(source), content: source }];
  }
  const reading = readSignature(functionSignature);
  // The plan holds none that cannot be read.
  if (reading.kind === 'unreadable')
    throw new Error(`The function signature cannot be read: ${reading.reason}.`);
  return functionProgram(language, rules, reading.signature, source);
}

function failedCompilation(outcome: ExecutionOutcome, errorLines: number | null, limitBytes: number): string {
  const printed = compileMessage(
    `${storableText(outcome.stdout, limitBytes)}${storableText(outcome.stderr, limitBytes)}`,
    errorLines,
  );
  const reason = stoppedBy(outcome);
  const message = reason === undefined ? printed : `${reason}\n\n${printed}`;
  return storableText(new TextEncoder().encode(message), limitBytes);
}

function stoppedBy(outcome: ExecutionOutcome): string | undefined {
  switch (outcome.end) {
    case 'time-limit':
      return `The compiler was stopped after ${compileLimits.timeMs / 1000} s. Common causes: templates that expand without an end, or very large constant tables.`;
    case 'memory-limit':
      return 'The compiler needed more than 1 GiB of memory and was stopped. Common causes: templates that expand without an end, or very large constant tables.';
    case 'output-limit':
      return 'The compiler printed more than 1 MiB, or made larger files than can be kept (up to 256 MiB).';
    case 'signaled':
      return `The compiler crashed (signal ${outcome.signal ?? 0}).`;
    case 'exited':
      return undefined;
  }
}
