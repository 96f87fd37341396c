import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { workflowLink } from '../demo/run-demo.js';
import { createBackendApi, isUngraded } from '../stack/backend-api.js';
import { findRunningDemo, startDemoStack } from '../stack/demo-stack.js';
import { renderVerdict } from './render-verdict.js';

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
    .requiredOption('--problem <id>', 'problem to grade against (the demo makes problem 1, "A + B")')
    .option('--language <name>', 'cpp, python or java; by default told by the file name')
    .option('--timeout <seconds>', 'how long to wait for the verdict', '120')
    .action(async (file: string, options: { problem: string; language?: string; timeout: string }) => {
      const source = readSource(file);
      const language = options.language ?? languageOfExtension[extname(file).toLowerCase()];
      if (language === undefined) {
        throw new UsageError(
          `The language of ${file} cannot be told by its name. Say it: --language cpp|python|java`,
        );
      }
      const running = await findRunningDemo();
      const stack = running === undefined ? await startDemoStack(say) : undefined;
      try {
        const places = running ?? { ...stack?.places, backendUrl: stack?.backendUrl };
        const { backendUrl = '', temporalUiUrl = '', namespace = '' } = places;
        const backend = createBackendApi(backendUrl);
        const id = await backend.submit({
          problem_id: Number(options.problem),
          source_code: source,
          language,
        });
        say(`submission ${id}: ${workflowLink({ backendUrl, temporalUiUrl, namespace }, id)}`);
        const deadline = Date.now() + Number(options.timeout) * 1000;
        let state = await backend.read(id);
        while (isUngraded(state.status)) {
          if (Date.now() > deadline) {
            throw new UsageError(
              `No verdict after ${options.timeout} s. The grading goes on: look at it by the link above, or wait longer with --timeout.`,
            );
          }
          await sleep(150);
          state = await backend.read(id);
        }
        say(renderVerdict(state));
      } finally {
        await stack?.stop();
      }
    });
}

function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read. Give the path of a source file.`, { cause: error });
  }
}
