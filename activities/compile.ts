import type { ProgramFiles } from '../domain/function-mode/function-program.js';
import { functionCppFlags, functionProgram } from '../domain/function-mode/function-program.js';
import { readSignature } from '../domain/function-mode/function-signature.js';
import {
  compileMessage,
  newerVersionMessage,
  sourceTooLargeMessage,
} from '../domain/judging/compile-message.js';
import type { ExecutionLimits, ExecutionOutcome } from '../domain/judging/execution.js';
import type { GradingProfile, GradingRules } from '../domain/judging/grading-profile.js';
import { gradingRules } from '../domain/judging/grading-profile.js';
import type { Language } from '../domain/judging/language.js';
import { languages } from '../domain/judging/language.js';
import { readLanguageName } from '../domain/judging/language-name.js';
import { maxSourceBytes } from '../domain/judging/limits.js';
import {
  compilerBudgetMs,
  compilerLimits,
  hasUsedItsProcessorTime,
  stoppedCompiler,
} from '../domain/judging/stopped-compiler.js';
import { storableText } from '../domain/judging/storable-text.js';
import { opensStreamsByName } from '../domain/judging/stream-names.js';
import type { InlineOrStoredText } from '../domain/judging/test-report.js';
import { compilationKey, keepCompiled, restoreCompiled } from './compiled-program.js';
import type { ActivityDependencies, LeasedContainer } from './dependencies.js';
import { SubmissionNotFoundError } from './errors.js';
import { withHeartbeats } from './heartbeat.js';
import { inlineOrStored } from './inline-or-stored-text.js';

export interface CompileInput {
  readonly leaseId: string;
  readonly submissionId: number;
  readonly language: Language;
  readonly profile: GradingProfile;
  /** As the platform spells it; it may ask for a version. */
  readonly requestedLanguage?: string;
  /** Given in function mode. */
  readonly functionSignature?: string;
}

export type CompileOutput =
  | { readonly kind: 'compiled'; readonly sourceFile: string; readonly wallMs: number }
  | { readonly kind: 'compile-error'; readonly message: InlineOrStoredText; readonly wallMs: number };

/** A host that gives a compiler no core for so long is at fault itself: the step is tried again. Within the activity's own time. */
const wallBudgetMs = 210_000;

/** Step 3. A program that does not compile is a result. @throws LeaseLostError, SubmissionNotFoundError */
export function compile({ store, pool, outputs, compiled, settings }: ActivityDependencies) {
  const sourceOf = async (submissionId: number): Promise<string> => {
    const source = await store.loadSource(submissionId);
    if (source !== undefined) return source;
    throw new SubmissionNotFoundError(
      `Submission ${submissionId} was deleted while it was graded: there is no source to compile. Check with: select id, status from submissions where id = ${submissionId};`,
      submissionId,
      settings.searchAttributes,
    );
  };
  return async (input: CompileInput): Promise<CompileOutput> =>
    withHeartbeats(async (signal) => {
      const rules = gradingRules(input.profile, input.language);
      const container = pool.container(input.leaseId);
      const source = withoutByteOrderMark(await sourceOf(input.submissionId));
      const sourceBytes = Buffer.byteLength(source);
      if (sourceBytes > maxSourceBytes) {
        return { kind: 'compile-error', message: sourceTooLargeMessage(sourceBytes), wallMs: 0 };
      }
      const files = programFiles(input, rules, source);
      const commands = compileCommands(input, rules, files);
      const key = compilationKey(container.image, commands.exact, files);
      const startedAt = performance.now();
      const success = (): CompileOutput => ({
        kind: 'compiled',
        sourceFile: describedStart(input, startFile(input, source) ?? files[0].name, files),
        wallMs: Math.round(performance.now() - startedAt),
      });
      await writeSources(container, files);
      if (await restoreCompiled(compiled, key, container, commands.namesStreams, signal)) return success();
      const outcome = await runCompiler(container, commands, files, signal);
      if (isCompiled(outcome)) {
        await keepCompiled(compiled, key, container, signal);
        return success();
      }
      const message = failedCompilation(
        outcome,
        input,
        rules.compileErrorLines,
        settings.outputReceivedLimitBytes,
      );
      return {
        kind: 'compile-error',
        message: await inlineOrStored(outputs, message),
        wallMs: Math.round(outcome.wallMs),
      };
    });
}

interface CompileCommands {
  /** Decides, and its messages are shown. */
  readonly exact: readonly string[];
  /** Makes the same program sooner, or fails. */
  readonly quick: readonly string[] | undefined;
  /** The program has input and output under the names that it opens. */
  readonly namesStreams: boolean;
}

function compileCommands(
  { language, functionSignature }: CompileInput,
  rules: GradingRules,
  files: ProgramFiles,
): CompileCommands {
  const definition = languages[language];
  const names = files.map((file) => file.name);
  const flags = functionSignature === undefined ? rules.cppFlags : functionCppFlags;
  return {
    exact: definition.compileCommand(names, flags),
    quick: definition.quickCompileCommand?.(files[0].content, names, flags),
    namesStreams: files.some(({ content }) => opensStreamsByName(content)),
  };
}

async function writeSources(container: LeasedContainer, files: ProgramFiles): Promise<void> {
  for (const { name, content } of files) await container.writeFile(name, new TextEncoder().encode(content));
}

async function runCompiler(
  container: LeasedContainer,
  { exact, quick, namesStreams }: CompileCommands,
  files: ProgramFiles,
  signal: AbortSignal,
): Promise<ExecutionOutcome> {
  await writeSources(container, files);
  const run = (argv: readonly string[], usedMs = 0, usedWallMs = 0) => {
    const timeMs = Math.max(1, Math.ceil(compilerBudgetMs - usedMs));
    const wallMs = Math.max(timeMs + 1, Math.ceil(wallBudgetMs - usedWallMs));
    const limits: ExecutionLimits = { ...compilerLimits, timeMs, wallMs };
    return container.execute(
      { argv, stdin: new Uint8Array(), limits, freshTmp: true, sealWorkArea: true, namesStreams },
      signal,
    );
  };
  if (quick === undefined) return run(exact);
  const outcome = await run(quick);
  // The exact command takes no less time.
  if (isCompiled(outcome) || outcome.end === 'time-limit' || hasUsedItsProcessorTime(outcome)) return outcome;
  return run(exact, outcome.judgedMs, outcome.wallMs);
}

function isCompiled({ end, exitCode }: ExecutionOutcome): boolean {
  return end === 'exited' && exitCode === 0;
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

/** In function mode the harness is what starts. */
function startFile({ language, functionSignature }: CompileInput, source: string): string | undefined {
  return functionSignature === undefined ? languages[language].startFile?.(source) : undefined;
}

function describedStart({ language }: CompileInput, file: string, files: ProgramFiles): string {
  const sources = files.map(({ content }) => content);
  return languages[language].describeStart?.(file, sources) ?? file;
}

/** Editors leave it there; C++ compilers skip it, others take it for an illegal character. */
function withoutByteOrderMark(source: string): string {
  return source.replace(/^\uFEFF+/, '');
}

function failedCompilation(
  outcome: ExecutionOutcome,
  { language, requestedLanguage }: CompileInput,
  errorLines: number | null,
  limitBytes: number,
): string {
  const printed = `${storableText(outcome.stdout, limitBytes)}${storableText(outcome.stderr, limitBytes)}`;
  const stopped = stoppedCompiler(outcome, language);
  const said =
    stopped !== undefined && printed.trim() === ''
      ? undefined
      : compileMessage(printed, errorLines, language);
  const parts = [stopped, said, newerVersion(requestedLanguage)];
  const message = parts.filter((part) => part !== undefined).join('\n\n');
  return storableText(new TextEncoder().encode(message), limitBytes);
}

function newerVersion(requestedLanguage: string | undefined): string | undefined {
  const name = readLanguageName(requestedLanguage ?? '');
  if (name.kind !== 'known' || name.newerVersion === undefined) return undefined;
  return newerVersionMessage(name.language, name.newerVersion);
}
