import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

export interface ShellSession {
  /** Runs the text as if typed: each line in turn, in one shell. Rejects, with the output, when a line fails. */
  run(text: string): Promise<string>;
  /** Ends the shell and what it has in the background. */
  close(): Promise<void>;
}

const lineTimeoutMs = 300_000;

/** A bash that lives through a whole guide, so that variables and background jobs do, too. */
export function startShell(directory: string, environment: Readonly<Record<string, string>>): ShellSession {
  const shell = spawn('bash', ['--noprofile', '--norc'], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/root', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that its background jobs end with it.
    detached: true,
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }

  const runLine = async (line: string): Promise<string> => {
    const mark = randomUUID();
    output = '';
    // What it starts must not read the shell's own input, which is the next line.
    shell.stdin.write(`{ ${line}\n} < /dev/null\necho "${mark} $?"\n`);
    const deadline = Date.now() + lineTimeoutMs;
    for (;;) {
      const ended = new RegExp(`^${mark} (\\d+)$`, 'm').exec(output);
      if (ended !== null) {
        const printed = output.replace(ended[0], '').trimEnd();
        if (ended[1] !== '0') throw new Error(`${line}\nended with ${ended[1]}:\n${printed}`);
        return printed;
      }
      if (Date.now() > deadline) throw new Error(`no end within ${lineTimeoutMs} ms: ${line}\n${output}`);
      if (shell.exitCode !== null) throw new Error(`the shell ended during: ${line}\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  return {
    async run(text) {
      let printed = '';
      for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
        printed += `$ ${line}\n${await runLine(line)}\n`;
      }
      return printed;
    },
    async close() {
      const closed = once(shell, 'close');
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGTERM');
      await closed;
    },
  };
}
