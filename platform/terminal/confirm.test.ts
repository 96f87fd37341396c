import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { confirm } from './confirm.js';

/** A terminal at which somebody has typed. */
function typed(text: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  input.end(text);
  return { input, output };
}

it('does what was answered by --yes, and asks nobody', async () => {
  await confirm('Delete 3 messages?', true, { input: new PassThrough(), output: new PassThrough() });
});

it('refuses where nobody can be asked, and names --yes', async () => {
  await expect(
    confirm('Delete 3 messages?', undefined, { input: new PassThrough(), output: new PassThrough() }),
  ).rejects.toThrow(/^Delete 3 messages\? Nothing was done: .* --yes$/);
});

it.each(['y\n', 'YES\n', ' yes \n'])('takes %j for a yes', async (text) => {
  const terminal = typed(text);
  await confirm('Delete 3 messages?', undefined, terminal);
  expect(String(terminal.output.read())).toContain('Delete 3 messages? [y/N] ');
});

it.each(['n\n', '\n', 'yeah\n', ''])('takes %j for a no', async (text) => {
  await expect(confirm('Delete?', undefined, typed(text))).rejects.toThrow('Nothing was done.');
});
