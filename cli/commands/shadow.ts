import { WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import type { Share } from '../../domain/grading/share.js';
import { formatShare, parseShare, shareSteps } from '../../domain/grading/share.js';
import type { ShadowSelection } from '../../domain/parity/shadow-selection.js';
import { selectForShadow } from '../../platform/shadow-candidates.js';
import { readRetentionMs } from '../../platform/temporal/namespace.js';
import { cancelShadowSet, listShadowSets } from '../../platform/temporal/shadow-sets.js';
import { sayItGoesOn } from '../../platform/terminal/interrupt.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { momentText } from '../../platform/terminal/moment.js';
import { say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { NotThereError, UsageError } from '../../platform/terminal/usage-error.js';
import { shadowAnswer, shadowListAnswer } from '../answers/set-answers.js';
import { auditedCommand } from '../audited.js';
import { whyOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { idList, moment, wholeNumber } from '../option-values.js';
import { beginShadow } from '../shadow/begin-shadow.js';

interface ShadowOptions {
  readonly ids?: string[];
  readonly since?: string;
  readonly sample: string;
  readonly parallel?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly why?: string;
  readonly json?: boolean;
}

/** A set's input is one payload. */
const maxSubmissions = 20_000;
const skippedShown = 10;

const examples = `
Examples:
  grader shadow --since 24h --sample 10% --dry-run   how many that would be
  grader shadow --since 24h --sample 10% --wait
  grader shadow --ids 17,20-35
Nothing is recorded and nobody is notified; live submissions go first. Then: grader parity
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, SHADOW_PARALLEL, BRIDGE_SALT. docs/parity.md`;

/** `grader shadow`: grades again what the legacy worker has graded, to compare. */
export function addShadowCommand(program: Command): void {
  const command = program
    .command('shadow')
    .description('grade again what the legacy worker graded, and compare')
    .option('--ids <id...>', 'these submissions; commas and ranges work: 3,7,100-120')
    .option('--since <time>', 'handed in from then on: 2026-11-25, 2026-11-25T10:00Z, 90m, 12h, 3d (ago)')
    .option('--sample <share>', 'this part of them, always the same for one BRIDGE_SALT', '100%')
    .option('--parallel <n>', 'gradings at a time; default: SHADOW_PARALLEL')
    .option('--dry-run', 'only say how many, and what is left out')
    .option('--wait', 'return once all are graded')
    .addOption(whyOption())
    .addOption(new JsonOption(shadowAnswer))
    .addHelpText('after', examples)
    .action((options: ShadowOptions) =>
      withContext({ needs: 'platform' }, (context) => shadow(context, options)),
    );
  command
    .command('list')
    .description('the latest sets, open ones first')
    .addOption(new JsonOption(shadowListAnswer))
    // `shadow` has the option, too, and takes it.
    .action((_options, list: Command) =>
      withContext({ needs: 'temporal' }, (context) =>
        listSets(context, list.optsWithGlobals<ShadowOptions>().json === true),
      ),
    );
  command
    .command('cancel')
    .description('end a set: running programs are killed; what was compared stays')
    .argument('<set>', 'its name, as printed at the start')
    .addOption(whyOption())
    // As above.
    .action((set: string, _options, cancel: Command) =>
      withContext({ needs: 'temporal' }, (context) =>
        cancelSet(context, set, cancel.optsWithGlobals<ShadowOptions>().why),
      ),
    );
}

const setsListed = 100;

async function listSets({ temporal }: CommandContext, asJson: boolean): Promise<void> {
  const sets = await listShadowSets(temporal, setsListed);
  if (asJson) return printJson(shadowListAnswer, { sets });
  if (sets.length === 0) return say('There is no shadow set. Start one: grader shadow --help');
  const rows = sets.map(({ set, state, startedAt, selection }) => [
    set,
    state,
    momentText(startedAt),
    selection,
  ]);
  say(renderTable(['set', 'state', 'started', 'selection'], rows));
}

async function cancelSet(context: CommandContext, set: string, why: string | undefined): Promise<void> {
  try {
    await auditedCommand(
      context,
      { what: 'shadow cancel', target: set, why },
      () => cancelShadowSet(context.temporal, set),
      () => 'cancelled',
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new NotThereError(`No shadow set ${set} is under way. See: grader shadow list`);
  }
  say(`${set} is cancelled. What was compared: grader parity`);
}

async function shadow(context: CommandContext, options: ShadowOptions): Promise<void> {
  const { settings } = context;
  const tell = options.json === true ? () => {} : say;
  const request = requestOf(options);
  await requireKnowable(context, request);
  const parallel =
    options.parallel === undefined
      ? settings.shadowParallel
      : wholeNumber('--parallel', options.parallel, 1, 256);
  const selection = await selectForShadow(context, { ...request, salt: settings.bridgeSetting.salt });
  tellSelection(selection, tell);
  requireUsable(selection);
  if (options.dryRun === true) {
    tell('Dry run: nothing was started.');
    if (options.json === true) printJson(shadowAnswer, { set: null, ...selection, result: null });
    return;
  }
  const described = describeRequest(request);
  const handle = await auditedCommand(
    context,
    { what: 'shadow', target: `${selection.chosen.length} submission(s): ${described}`, why: options.why },
    () => beginShadow(context, selection, described, parallel),
    ({ workflowId }) => `${workflowId} started`,
  );
  tell(`started ${handle.workflowId}, ${parallel} at a time`);
  const withdraw = sayItGoesOn(handle.workflowId, `grader shadow cancel ${handle.workflowId}`);
  const summary = options.wait === true ? await handle.result() : undefined;
  withdraw();
  if (options.json === true)
    return printJson(shadowAnswer, { set: handle.workflowId, ...selection, result: summary ?? null });
  if (summary !== undefined) {
    const { compared, failed, skipped } = summary;
    tell(`${compared} compared, ${failed} failed, ${skipped} already under way`);
  }
  tell('Look at it: grader parity');
}

interface ShadowRequest {
  readonly ids: readonly number[];
  readonly since: Date | null;
  readonly share: Share;
}

function requestOf(options: ShadowOptions): ShadowRequest {
  const share = parseShare(options.sample);
  if (share === undefined || share === 0) {
    throw new UsageError(`--sample is a part such as 10% or 0.5%, not "${options.sample}".`);
  }
  const ids = idList('--ids', options.ids);
  const since = options.since === undefined ? null : moment('--since', options.since, new Date());
  if (ids.length > 0 || since !== null) return { ids, since, share };
  throw new UsageError('Say which submissions: --ids 17,20-35 or --since 24h. Only to count them: --dry-run');
}

/** Temporal forgets our gradings after the retention; they would then count as the legacy worker's. */
async function requireKnowable({ temporal }: CommandContext, { ids, since }: ShadowRequest): Promise<void> {
  if (since === null || ids.length > 0) return;
  const keptMs = await readRetentionMs(temporal);
  if (keptMs === undefined || since.getTime() >= Date.now() - keptMs) return;
  throw new UsageError(
    `--since reaches back further than Temporal keeps gradings (${Math.round(keptMs / 3_600_000)} h), so who graded a submission then is not known. Take a later --since, or name those of the legacy worker: --ids`,
  );
}

function requireUsable({ chosen }: ShadowSelection): void {
  if (chosen.length === 0) {
    throw new UsageError(
      'No submission is left to shadow. Only those count that the legacy worker has graded: with a verdict, and no grading of ours.',
    );
  }
  if (chosen.length > maxSubmissions) {
    throw new UsageError(
      `That is more than ${maxSubmissions} submissions, the most one set may have. Take a smaller --sample or a later --since.`,
    );
  }
}

function tellSelection({ chosen, skipped }: ShadowSelection, tell: (line: string) => void): void {
  tell(`${chosen.length} submissions to shadow; ${skipped.length} left out`);
  for (const { submissionId, reason } of skipped.slice(0, skippedShown)) {
    tell(`  #${submissionId}: ${reason}`);
  }
  if (skipped.length > skippedShown) tell(`  and ${skipped.length - skippedShown} more`);
}

function describeRequest({ ids, since, share }: ShadowRequest): string {
  const parts = [
    ...(ids.length === 0 ? [] : [`${ids.length} named`]),
    ...(since === null ? [] : [`handed in since ${since.toISOString()}`]),
    ...(share === shareSteps ? [] : [`a sample of ${formatShare(share)}`]),
  ];
  return parts.join(', ');
}
