import { createInterface } from 'node:readline/promises';
import { ActionableError } from '../process/actionable-error.js';
import { UsageError } from './usage-error.js';

/** The flag of every command that asks first. */
export const yesOption = ['--yes', 'do it without asking'] as const;

/**
 * To be called once the command has shown what it would do. Asks whoever sits at a terminal; `--yes` answers beforehand.
 * The question goes to standard error: standard output is for the answer.
 * @throws UsageError without a terminal and without `--yes`; ActionableError when the answer is no.
 */
export async function confirm(
  question: string,
  isAnswered: boolean | undefined,
  { input = process.stdin, output = process.stderr }: { input?: Terminal; output?: Terminal } = {},
): Promise<void> {
  if (isAnswered === true) return;
  if (input.isTTY !== true || output.isTTY !== true) {
    throw new UsageError(
      `${question} Nothing was done: there is no terminal to ask at. To do it, the same command with --yes`,
    );
  }
  const terminal = createInterface({
    input: input as NodeJS.ReadStream,
    output: output as NodeJS.WriteStream,
  });
  // Ctrl-C and the end of the input are a no.
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: closed.signal }).catch(() => '');
    if (!/^y(es)?$/i.test(answer.trim())) throw new ActionableError('Nothing was done.');
  } finally {
    terminal.close();
  }
}

type Terminal = (NodeJS.ReadableStream | NodeJS.WritableStream) & { readonly isTTY?: boolean };
