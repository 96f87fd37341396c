import { describe, expect, it } from 'vitest';
import { createBenchProgram } from '../bench/commands.js';
import { allCommands, commandPath, leafCommands, wholeHelp } from '../platform/terminal/command-tree.js';
import { answerOf, jsonSchemaOf } from '../platform/terminal/json-answer.js';
import { createDevelopmentProgram } from './program.js';

// `grader bench` is a program of its own, started by its name alone.
const leaves = [
  ...leafCommands(createDevelopmentProgram()).filter((command) => command.name() !== 'bench'),
  ...leafCommands(createBenchProgram()),
];

/** Commands that look at something and change nothing. */
const reading = [
  'context list',
  'context show',
  'parity',
  'doctor',
  'status',
  'recent',
  'stats',
  'errors',
  'views',
  'criteria',
  'sweep',
  'criteria',
  'mode show',
  'cutover plan',
  'cutover status',
  'cutover history',
  'quarantine list',
  'quarantine show',
  'rejudge list',
  'rejudge show',
].map((words) => `grader ${words}`);

it.each(reading)('%s prints JSON when asked', (path) => {
  const command = allCommands(createDevelopmentProgram()).find((each) => commandPath(each) === path);
  expect(command && answerOf(command)).toBeDefined();
});

it.each([
  'replay',
  'cancel',
  'rejudge apply',
  'drain legacy',
  'drain ours',
  'quarantine drop',
  'context delete',
])('grader %s asks before it takes anything away, or is told --yes', (words) => {
  const command = leaves.find((each) => commandPath(each) === `grader ${words}`);
  expect(command?.options.map(({ long }) => long)).toContain('--yes');
});

it.each(['cutover abort', 'mode set'])(
  'grader %s, in an emergency, wants neither a yes nor a reason',
  (words) => {
    const options = leaves.find((each) => commandPath(each) === `grader ${words}`)?.options ?? [];
    expect(options.map(({ long }) => long)).not.toContain('--yes');
    expect(options.find(({ long }) => long === '--why')?.mandatory).toBe(false);
  },
);

it('has a schema for every --json, with names in camelCase', () => {
  for (const command of allCommands(createDevelopmentProgram())) {
    if (!command.options.some(({ long }) => long === '--json')) continue;
    const answer = answerOf(command);
    expect(answer, commandPath(command)).toBeDefined();
    const schema = JSON.stringify(answer && jsonSchemaOf(answer, ''), (key, value: unknown) => {
      if (key === 'properties')
        expect(Object.keys(value as object).filter((name) => /[_-]/.test(name))).toEqual([]);
      return value;
    });
    expect(schema).toContain('schemaVersion');
  }
});

describe.each(leaves.map((command) => [commandPath(command), command] as const))('%s', (path, command) => {
  const examples =
    /\nExamples:\n((?: {2}.*\n?)+)/
      .exec(`${wholeHelp(command, 100)}\n`)?.[1]
      ?.trim()
      .split('\n') ?? [];

  it('has examples in its help', () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.map((line) => line.trim()).every((line) => line.startsWith('grader '))).toBe(true);
  });

  it('knows every option of its examples', () => {
    const known = new Set([...command.options.flatMap(({ long }) => long ?? []), '--project']);
    for (const line of examples) {
      const call = line.trim().split(/ {3,}/)[0] ?? '';
      const isDefault = path.startsWith(call) && call !== path;
      if (!isDefault) expect(`${call} `).toContain(`${path} `);
      const used = call.match(/(?<= )--[a-z-]+/g) ?? [];
      expect([...known]).toEqual(expect.arrayContaining(used));
    }
  });

  it('describes each of its options', () => {
    for (const { flags, description } of command.options) expect(description, flags).not.toBe('');
  });
});
