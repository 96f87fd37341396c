import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { languageNamed, secondsOrDuration, statusNamed, wholeNumber } from '../../cli/option-values.js';
import { ActionableError } from '../../platform/process/actionable-error.js';
import { exitStatus } from '../../platform/process/exit-status.js';
import { cleanLine } from '../../platform/terminal/clean-text.js';
import { sayItGoesOn } from '../../platform/terminal/interrupt.js';
import { paint } from '../../platform/terminal/paint.js';
import { say } from '../../platform/terminal/print.js';
import { terminalWidth } from '../../platform/terminal/text-width.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { createDemoProblems, workflowLink } from '../demo/run-demo.js';
import type { BackendApi, Problem, SubmissionState } from '../stack/backend-api.js';
import { createBackendApi, isUngraded } from '../stack/backend-api.js';
import { findRunningDemo, startDemoStack } from '../stack/demo-stack.js';
import { readSource } from '../submit/read-source.js';
import { renderVerdict } from '../submit/render-verdict.js';

interface SubmitOptions {
  readonly problem?: string;
  readonly language?: string;
  readonly expect?: string;
  readonly timeout: string;
}

const languageOfExtension: Readonly<Record<string, string>> = {
  '.cpp': 'cpp',
  '.cc': 'cpp',
  '.cxx': 'cpp',
  '.py': 'python',
  '.java': 'java',
};

/** `grader submit`: grades one file through the demo's backend, as a student's submission would be. */
export function addSubmitCommand(program: Command): void {
  program
    .command('submit')
    .description('grade a file of your own and print the verdict')
    .argument('<file>', 'source file')
    .option('--problem <id>', 'default: the first problem')
    .option('--language <name>', 'cpp, python or java; default: from the file name')
    .option('--expect <verdict>', 'exit status 3 unless this is the verdict, such as "Wrong Answer"')
    .option('--timeout <duration>', 'how long to wait for the verdict: seconds, or such as 2m', '120')
    .action(submit);
}

async function submit(file: string, options: SubmitOptions): Promise<void> {
  const source = readSource(file);
  const language = languageOf(file, options.language);
  const expected = options.expect === undefined ? undefined : statusNamed(options.expect);
  const wanted = options.problem === undefined ? undefined : problemId(options.problem);
  const timeoutMs = secondsOrDuration('--timeout', options.timeout);
  const running = await findRunningDemo();
  const stack = running === undefined ? await startDemoStack(say) : undefined;
  try {
    const places = running ?? { ...stack?.places, backendUrl: stack?.backendUrl };
    const { backendUrl = '', temporalUiUrl = '', namespace = '' } = places;
    const backend = createBackendApi(backendUrl);
    const problem = await chooseProblem(backend, wanted);
    const id = await backend.submit({ problem_id: problem.id, source_code: source, language });
    say(`submission ${id}: ${workflowLink({ backendUrl, temporalUiUrl, namespace }, id)}`);
    const state = await untilGraded(backend, id, timeoutMs, running !== undefined);
    say(renderVerdict(state, problem, paint, terminalWidth()));
    if (expected !== undefined && state.status !== expected) {
      say(`\nexpected ${expected}`);
      process.exitCode = exitStatus.conditionNotMet;
    }
  } finally {
    await stack?.stop();
  }
}

function languageOf(file: string, name: string | undefined): string {
  if (name !== undefined) return languageNamed(name);
  const language = languageOfExtension[extname(file).toLowerCase()];
  if (language !== undefined) return language;
  throw new UsageError(
    `The language of ${file} does not follow from its name. Give it: --language cpp|python|java`,
  );
}

function problemId(text: string): number {
  return wholeNumber('--problem', text, 1, 2 ** 31 - 1);
}

/** @throws UsageError for one that does not exist. */
async function chooseProblem(backend: BackendApi, wanted: number | undefined): Promise<Problem> {
  let problems = await backend.problems();
  if (problems.length === 0) {
    await createDemoProblems(backend);
    problems = await backend.problems();
  }
  const chosen = wanted === undefined ? problems[0] : problems.find(({ id }) => id === wanted);
  if (chosen === undefined) {
    const some = problems.slice(0, 10).map(({ id, title }) => `  ${id}  ${cleanLine(title)}`);
    const more = problems.length > some.length ? [`  and ${problems.length - some.length} more`] : [];
    throw new UsageError([`There is no problem ${wanted}. There are:`, ...some, ...more].join('\n'));
  }
  const of = problems.length === 1 ? '' : `, the first of ${problems.length}; --problem chooses another`;
  if (wanted === undefined) say(`problem ${chosen.id}, "${cleanLine(chosen.title)}"${of}`);
  return backend.problem(chosen.id);
}

async function untilGraded(
  backend: BackendApi,
  id: number,
  timeoutMs: number,
  doesGoOn: boolean,
): Promise<SubmissionState> {
  const withdraw = doesGoOn ? sayItGoesOn('The grading', `grader cancel ${id}`) : () => undefined;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const state = await backend.read(id);
    if (!isUngraded(state.status)) {
      withdraw();
      return state;
    }
    if (Date.now() > deadline) {
      withdraw();
      throw new ActionableError(`There is no verdict of submission ${id} after ${timeoutMs / 1000} s.`, {
        remedy: doesGoOn
          ? 'grader status; the grading goes on, and the link above shows it. Wait longer with --timeout.'
          : 'Wait longer with --timeout; .local/log/worker.log says what the worker does.',
      });
    }
    await sleep(150);
  }
}
