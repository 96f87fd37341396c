import type { Command } from 'commander';
import type { Contexts } from '../../platform/context/contexts-file.js';
import {
  keptContextsPath,
  readContexts,
  startedContextsPath,
  writeContexts,
} from '../../platform/context/contexts-file.js';
import { describePlatform } from '../../platform/context/describe-platform.js';
import {
  addressesIn,
  contextVariable,
  findPlatform,
  unknownContext,
} from '../../platform/context/find-platform.js';
import { redactAddress } from '../../platform/settings/secret.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { slices } from '../../platform/settings/slices.js';
import { confirm, yesOption } from '../../platform/terminal/confirm.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say, tell } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { NotThereError, UsageError } from '../../platform/terminal/usage-error.js';
import { contextListAnswer, contextShowAnswer } from '../answers/other-answers.js';

const examples = `
Examples:
  grader context list
  DATABASE_URL=… AMQP_URL=… TEMPORAL_ADDRESS=… grader context save school
  grader context use school
  grader status --context demo

A command takes the first that there is: --context or GRADER_CONTEXT, the environment, .env, the context chosen by use,
the platform started in this checkout (up, demo), the defaults. It never mixes addresses: if the environment names
another platform, no context applies. Kept with passwords in ~/.config/grader/contexts.json, which only you can read.`;

/** `grader context`: names for platforms, and which one commands speak of. */
export function addContextCommand(program: Command): void {
  const context = program
    .command('context')
    .description('named platforms that commands can address')
    .addHelpText('after', examples);
  context
    .command('list')
    .description('kept ones and those started in this checkout; * marks the current one')
    .addOption(new JsonOption(contextListAnswer))
    .action(({ json }: { json?: boolean }) => list(json === true));
  context
    .command('show')
    .description('the settings of one, without passwords; default: the current one')
    .argument('[name]')
    .addOption(new JsonOption(contextShowAnswer))
    .action((name: string | undefined, { json }: { json?: boolean }) => show(name, json === true));
  context
    .command('use')
    .description('address it where the environment names no platform')
    .argument('<name>')
    .action(use);
  context
    .command('save')
    .description('keep the current platform under a name')
    .argument('<name>')
    .action(save);
  context
    .command('delete')
    .description('forget one that is kept; asks first')
    .argument('<name>')
    .option(...yesOption)
    .action((name: string, { yes }: { yes?: boolean }) => forget(name, yes));
}

const keptPath = () => keptContextsPath(process.env);

function list(asJson: boolean): void {
  const { name: spoken, notes } = findPlatform();
  const rows = [
    ...rowsOf('kept', readContexts(keptPath())),
    ...rowsOf('started here', readContexts(startedContextsPath())),
  ];
  const entries = rows.map((row) => ({ ...row, isSpokenOf: row.name === spoken }));
  for (const note of notes) tell(note);
  if (asJson) printJson(contextListAnswer, { contexts: entries });
  else if (entries.length === 0) say('There is no context. Keep one: grader context save --help');
  else renderList(entries, spoken);
}

interface Entry {
  readonly name: string;
  readonly platform: string;
  readonly from: string;
  readonly isSpokenOf: boolean;
}

function renderList(entries: readonly Entry[], spoken: string): void {
  const marked = entries.map(({ name, platform, from, isSpokenOf }) => [
    `${isSpokenOf ? '*' : ' '} ${name}`,
    platform,
    from,
  ]);
  say(renderTable(['context', 'platform', 'from'], marked));
  if (entries.every(({ isSpokenOf }) => !isSpokenOf)) say(`Commands speak of: ${spoken}`);
}

function rowsOf(from: string, { contexts }: Contexts) {
  return Object.entries(contexts).map(([name, { settings }]) => ({
    name,
    platform: describePlatform(name, loadSettings(settings)).slice(name.length + 2),
    from,
  }));
}

function show(name: string | undefined, asJson: boolean): void {
  const found = findPlatform(name === undefined ? process.env : { ...process.env, [contextVariable]: name });
  const known = new Set(
    Object.values(slices).flatMap((slice) => Object.values(slice).map((each) => each.name)),
  );
  const settings = Object.entries(found.environment).flatMap(([variable, value]) =>
    known.has(variable) && value !== undefined && value !== ''
      ? [[variable, shown(variable, value)] as const]
      : [],
  );
  if (asJson) {
    printJson(contextShowAnswer, { name: found.name, settings: Object.fromEntries(settings) });
    return;
  }
  say(describePlatform(found.name, loadSettings(found.environment)));
  for (const [variable, value] of settings.toSorted(([a], [b]) => a.localeCompare(b)))
    say(`  ${variable}=${value}`);
}

function shown(variable: string, value: string): string {
  return /KEY|SECRET|TOKEN|PASSWORD|HEADERS/.test(variable) ? '***' : redactAddress(value);
}

function use(name: string): void {
  const kept = readContexts(keptPath());
  const started = readContexts(startedContextsPath());
  const context = kept.contexts[name] ?? started.contexts[name];
  if (context === undefined) throw unknownContext(name, [kept, started]);
  writeContexts(keptPath(), { ...kept, current: name });
  say(`Commands speak of ${describePlatform(name, loadSettings(context.settings))}`);
  const set = Object.keys(addressesIn(process.env));
  if (set.length > 0)
    say(`But not in this shell: the environment sets ${set.join(', ')}, and counts before.`);
}

function save(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    throw new UsageError(
      `"${name}" is no name for a context. Take up to 63 letters, digits, dots, hyphens and underscores.`,
    );
  }
  const { environment } = findPlatform();
  const platform = describePlatform(name, loadSettings(environment));
  const names = Object.values(slices).flatMap((slice) => Object.values(slice).map((each) => each.name));
  const settings = names.flatMap((variable) => {
    const value = environment[variable]?.trim() ?? '';
    return value === '' ? [] : [[variable, value] as const];
  });
  const kept = readContexts(keptPath());
  writeContexts(keptPath(), {
    ...kept,
    contexts: { ...kept.contexts, [name]: { settings: Object.fromEntries(settings) } },
  });
  say(`${platform} is kept. Next: grader context use ${name}`);
}

async function forget(name: string, isAnswered: boolean | undefined): Promise<void> {
  const { current, contexts } = readContexts(keptPath());
  const kept = contexts[name];
  if (kept === undefined) {
    throw new NotThereError(`No context "${name}" is kept. See: grader context list`);
  }
  say(describePlatform(name, loadSettings(kept.settings)));
  await confirm(`Forget ${name}?`, isAnswered);
  const left = Object.fromEntries(Object.entries(contexts).filter(([each]) => each !== name));
  writeContexts(keptPath(), { current: current === name ? undefined : current, contexts: left });
  say(`${name} is forgotten.`);
}
