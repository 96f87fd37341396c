import { afterAll, beforeAll, expect, it } from 'vitest';
import { closedWorkflows, drawLedger, listContainers, readStored, untilFinal } from '../../chaos/facts.js';
import { isBalanced, renderLedger } from '../../chaos/ledger.js';
import type { ChaosProgram, ProgramName } from '../../chaos/programs.js';
import { createProblems, programNames, programs } from '../../chaos/programs.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, until } from './stack-fixture.js';

const gradings = 60;

let stack: TestStack;
beforeAll(async () => {
  stack = await createTestStack();
});
afterAll(() => stack.stop());

it('loses nothing of a queue two workers share when one of them is killed and never comes back', async () => {
  await stack.start('backend');
  const { queue, databaseUrl } = stack.places;
  const [first] = await Promise.all([
    stack.start('worker', { HOST_ID: `${queue}-a` }),
    stack.start('worker', { HOST_ID: `${queue}-b` }),
    stack.start('bridge'),
  ]);
  const problemIds = await createProblems(stack.backendUrl);
  const submitted = new Map<number, ProgramName>();
  for (let mark = 0; mark < gradings; mark += 1) {
    const name = programNames[(mark * 7) % programNames.length] as ProgramName;
    const { problem, language, source }: ChaosProgram = programs[name];
    const submission = { problem_id: problemIds[problem], language, source_code: source(mark) };
    submitted.set(await stack.backend.submit(submission), name);
  }
  const ids = [...submitted.keys()];
  await until('a quarter of them has a verdict', async () => (await verdicts(databaseUrl)) >= gradings / 4);
  // Before the kill, after which any worker of the engine may clear the dead one's away.
  const containersThen = (await listContainers(stack.places)).length;
  first.kill('SIGKILL');
  await first.exited;
  const verdictsThen = await verdicts(databaseUrl);

  expect(await untilFinal(databaseUrl, ids, 180_000)).toBe(0);
  const workflows = await closedWorkflows(stack.places, 60_000);
  await stack.stop();
  const ledger = await drawLedger(stack.places, {
    accepted: submitted,
    badMessages: [],
    workflows,
    crashes: 0,
  });
  process.stdout.write(
    `killed after ${verdictsThen} of ${gradings} verdicts, with ${containersThen} containers of both\n${renderLedger(ledger)}\n`,
  );
  expect(verdictsThen).toBeLessThan(gradings / 2);
  // Both pools, that of the dead one too, of which the ledger finds nothing left.
  expect(containersThen).toBeGreaterThan(2);
  expect(isBalanced(ledger), renderLedger(ledger)).toBe(true);
}, 420_000);

async function verdicts(databaseUrl: string): Promise<number> {
  const stored = await readStored(databaseUrl);
  return [...stored.values()].filter(({ verdict }) => verdict !== 'Pending' && verdict !== 'Running').length;
}
