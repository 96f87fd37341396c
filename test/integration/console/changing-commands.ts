import { hostname } from 'node:os';
import { join } from 'node:path';
import amqp from 'amqplib';
import { expect } from 'vitest';
import { quarantineQueue } from '../../../bridge/quarantine.js';
import { readAuditLog } from '../../../cli/audit-log.js';
import { withContext } from '../../../cli/context.js';
import { createProgram } from '../../../cli/program.js';
import { projectRoot } from '../../../devstack/project-root.js';
import type { ManagedProcess } from '../../../devstack/stack/managed-process.js';
import { gradeSubmissionType } from '../../../domain/grading/grading-workflow.js';
import { commandPath, leafCommands } from '../../../platform/terminal/command-tree.js';
import { eventually } from '../eventually.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';

/** What the commands of the table work on. */
export interface Subjects {
  readonly stack: TestStack;
  readonly worker: ManagedProcess;
  /** Graded by us, and wrong. */
  readonly graded: number;
  /** Graded by the legacy worker, otherwise than by us, and shadowed. */
  readonly differing: number;
  /** Hands one in that no message tells of, long ago. */
  readonly strand: () => Promise<number>;
}

/** A command that changes something, and what the audit log must hold of it. */
interface Change {
  /** Made when it is its turn, as some speak of what came of those before. */
  readonly words: () => readonly string[];
  /** What is done first, such as a message that has to be there. */
  readonly first?: () => Promise<unknown>;
  /** As the audit log calls it, where that is not the command's own name. */
  readonly what?: string;
  readonly target: () => string | RegExp;
  readonly outcome: RegExp;
}

const plan = join(projectRoot, 'docs/cutover-plans/quick-switch.yaml');

/** In an order in which each finds something to change: the later ones want no worker, which `first` stops. */
export function changesOf(subjects: Subjects): readonly Change[] {
  const { stack, graded, differing } = subjects;
  const { queue } = stack.places;
  let set = '';
  let rule = '';
  let stranded = 0;
  const latestRejudging = async () => {
    set = await eventually(async () => {
      const { stdout } = await runGrader(['rejudge', 'list', '--json'], stack.environment);
      const sets = JSON.parse(stdout).sets as readonly { set: string; reason: string }[];
      const ours = sets.find(({ reason }) => reason.startsWith('reason '));
      // The server's lists lag a moment.
      if (ours === undefined) throw new Error('the rejudging is not listed yet');
      return ours.set;
    });
  };
  return [
    {
      words: () => ['shadow', '--ids', String(differing), '--wait'],
      target: () => '1 submission(s): 1 named',
      outcome: /^shadow-set-\S+ started$/,
    },
    {
      words: () => ['shadow', 'cancel', 'shadow-set-none'],
      target: () => 'shadow-set-none',
      // What was refused is told, too.
      outcome: /^failed: /,
    },
    {
      words: () => ['parity', 'explain', String(differing), '--note'],
      target: () => `submission ${differing}`,
      outcome: /differs: verdict\) is explained$/,
    },
    {
      words: () => ['parity', 'accept', String(differing)],
      target: () => `submission ${differing}`,
      outcome: /^accepted as parity-rule-\S+: Accepted × Wrong Answer, stdio, cpp/,
    },
    {
      first: async () => {
        rule = await eventually(async () => {
          const { stdout } = await runGrader(['parity', 'rules', '--json'], stack.environment);
          const accepted = JSON.parse(stdout).rules as readonly { id: string; rules: { reason: string }[] }[];
          const ours = accepted.find(({ rules: [first] }) => first?.reason.startsWith('reason '));
          if (ours === undefined) throw new Error('the rule is not listed yet');
          return ours.id;
        });
      },
      words: () => ['parity', 'withdraw', rule],
      target: () => rule,
      outcome: /^withdrawn$/,
    },
    {
      words: () => ['rejudge', 'create', '--id', String(graded), '--wait', '--reason'],
      target: () => /./,
      outcome: /^rejudging \S+ of 1 submission\(s\) started$/,
    },
    {
      first: latestRejudging,
      words: () => ['rejudge', 'apply', set, '--yes'],
      target: () => set,
      outcome: /^0 result\(s\) are being written$/,
    },
    {
      words: () => ['rejudge', 'cancel', 'no-such-set'],
      target: () => 'no-such-set',
      outcome: /^failed: /,
    },
    { words: () => ['cutover', 'start', plan, '--force'], target: () => RegExp(queue), outcome: /has begun/ },
    { words: () => ['cutover', 'pause'], target: () => queue, outcome: /sent to the plan/ },
    { words: () => ['cutover', 'resume'], target: () => queue, outcome: /sent to the plan/ },
    { words: () => ['cutover', 'promote'], target: () => queue, outcome: /sent to the plan/ },
    {
      words: () => ['cutover', 'abort'],
      what: 'mode set',
      target: () => RegExp(`^${queue}: (off|router 0 %)`),
      outcome: /^written as version \d+$/,
    },
    {
      words: () => ['mode', 'set', 'equal'],
      target: () => `${queue}: equal`,
      outcome: /^written as version \d+$/,
    },
    {
      first: () => quarantineTwo(stack),
      words: () => ['quarantine', 'requeue', '--all'],
      target: () => 'all messages',
      outcome: /^\d message\(s\) are back on /,
    },
    {
      first: () => untilQuarantined(stack, 2),
      words: () => ['quarantine', 'drop', '--all', '--yes'],
      target: () => /^\w+( \w+)+$/,
      outcome: /^\d message\(s\) deleted$/,
    },
    {
      // From here on, what is started stays without a container; and no worker sweeps by itself.
      first: async () => {
        await subjects.worker.stop();
        stranded = await subjects.strand();
      },
      words: () => ['sweep', '--start', '--yes'],
      target: () => RegExp(`^submissions .*${stranded}`),
      outcome: /^\d+ started$/,
    },
    {
      words: () => ['cancel', String(stranded), '--yes', '--timeout', '1s'],
      target: () => `submission ${stranded}`,
      outcome: /^cancellation was asked for/,
    },
    {
      first: () => endGrading(stack, stranded),
      words: () => ['replay', String(stranded), '--yes', '--no-wait'],
      target: () => `submissions ${stranded}`,
      outcome: /^0 graded, 0 failed again, 1 not waited for; they go on$/,
    },
    {
      words: () => ['publish', String(graded)],
      target: () => `submissions ${graded}`,
      outcome: /^1 submission\(s\) published to /,
    },
    {
      first: async () => {
        await untilRunning(stack, `grade-${graded}`);
        await runGrader(['mode', 'set', 'off'], stack.environment);
      },
      words: () => ['drain', 'ours', '--yes'],
      target: () => RegExp(`submissions: .*${graded}`),
      outcome: /^\d+ grading\(s\) handed back to /,
    },
    {
      words: () => ['drain', 'legacy', '--yes'],
      target: () => `${queue}.legacy`,
      outcome: /^0 message\(s\) moved from /,
    },
  ];
}

/** Does each, and looks for its record. */
export async function expectEachRecorded(stack: TestStack, changes: readonly Change[]): Promise<void> {
  const reasonOf = (index: number) => `reason ${index} <b>&\u202e`;
  // As things are when it is done: the next command may be about another set.
  const expected: { readonly name: string; readonly target: string | RegExp }[] = [];
  for (const [index, change] of changes.entries()) {
    await change.first?.();
    const all = change.words();
    expected.push({ name: nameOf(change), target: change.target() });
    const isReason = /--(note|reason)$/.test(all.at(-1) ?? '');
    const given = [...all, ...(isReason ? [] : ['--why']), reasonOf(index)];
    const { stderr } = await runGrader(given, { ...stack.environment, GRADER_OPERATOR: 'alice' });
    expect(stderr, all.join(' ')).not.toContain('the audit log does not hold');
  }
  await expect
    .poll(async () => (await recordsOf(stack)).length, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(changes.length);
  const records = await recordsOf(stack);
  for (const [index, change] of changes.entries()) {
    const { name, target } = expected[index] ?? { name: '', target: 'nothing' };
    const record = records.find(({ why }) => why.endsWith(reasonOf(index)));
    expect(record, name).toMatchObject({ by: `alice on ${hostname()}`, what: change.what ?? name });
    expect(record?.target, name).toMatch(target);
    expect(record?.outcome, name).toMatch(change.outcome);
  }
}

/** Neither table may forget one: whoever adds a command says whether it changes something. */
export function expectEveryCommandKnown(changes: readonly Change[]): void {
  const changing = new Set(changes.map((change) => nameOf(change).replace(/ --.*/, '')));
  const commands = leafCommands(createProgram()).map((command) =>
    commandPath(command).replace(/^grader /, ''),
  );
  // `shadow` and `parity` do something themselves, although there are commands below them.
  const known = new Set([...changing, ...onlyLooking]);
  expect(commands.filter((name) => !known.has(name))).toEqual([]);
}

/** Of the platform, they change nothing. */
const onlyLooking = [
  ...[
    'parity rules',
    'bridge',
    'worker',
    'console',
    'completion',
    'help',
    'context list',
    'context show',
    'context save',
  ],
  ...['context use', 'context delete', 'doctor', 'status', 'recent', 'stats', 'errors', 'views', 'criteria'],
  ...['rejudge show', 'rejudge list', 'shadow list', 'mode show', 'cutover plan', 'cutover status'],
  ...['cutover history', 'quarantine list', 'quarantine show'],
];

function nameOf({ words }: Change): string {
  const all = words();
  const grouped = new Set(['rejudge', 'cutover', 'quarantine', 'drain', 'mode', 'parity']);
  const [first = '', second = ''] = all;
  if (first === 'sweep') return 'sweep --start';
  return grouped.has(first) || (first === 'shadow' && second === 'cancel') ? `${first} ${second}` : first;
}

function recordsOf(stack: TestStack) {
  return withContext(
    { environment: { ...process.env, ...stack.environment }, isQuiet: true },
    async (context) => {
      const entries = await readAuditLog(context, 200);
      return entries.filter(({ why, outcome }) => why.includes('reason ') && outcome !== undefined);
    },
  );
}

async function withChannel<Result>(
  stack: TestStack,
  work: (channel: amqp.ConfirmChannel) => Promise<Result>,
): Promise<Result> {
  const connection = await amqp.connect(stack.places.amqpUrl);
  try {
    return await work(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}

async function quarantineTwo(stack: TestStack): Promise<void> {
  await withChannel(stack, async (channel) => {
    for (const body of ['no number', 'none here']) {
      channel.sendToQueue(stack.places.queue, Buffer.from(body), { persistent: true });
    }
    await channel.waitForConfirms();
  });
  await untilQuarantined(stack, 2);
}

async function untilQuarantined(stack: TestStack, count: number): Promise<void> {
  await withChannel(stack, async (channel) => {
    await expect
      .poll(async () => (await channel.checkQueue(quarantineQueue(stack.places.queue))).messageCount, {
        timeout: 60_000,
      })
      .toBeGreaterThanOrEqual(count);
  });
}

function untilRunning(stack: TestStack, workflowId: string): Promise<void> {
  return withContext(
    { environment: { ...process.env, ...stack.environment }, isQuiet: true },
    ({ temporal }) =>
      expect
        .poll(
          async () =>
            (
              await temporal.client.workflow.count(
                `WorkflowType = '${gradeSubmissionType}' AND WorkflowId = '${workflowId}' AND ExecutionStatus = 'Running'`,
              )
            ).count,
          { timeout: 60_000 },
        )
        .toBe(1),
  );
}

/** As somebody in the web UI would. */
function endGrading(stack: TestStack, submissionId: number): Promise<unknown> {
  return withContext(
    { environment: { ...process.env, ...stack.environment }, isQuiet: true },
    ({ temporal }) => temporal.client.workflow.getHandle(`grade-${submissionId}`).terminate('by hand'),
  );
}
