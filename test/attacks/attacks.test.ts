import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Status } from '../../domain/judging/status.js';
import type { TestSandbox } from '../integration/docker-fixture.js';
import { openTestSandbox } from '../integration/docker-fixture.js';
import { scaled } from '../time-factor.js';
import type { Attack } from './catalogue.js';
import type { Graded } from './grade.js';
import { grade } from './grade.js';
import type { HostWatch } from './host-watch.js';
import { processesOf, watchHost } from './host-watch.js';
import { intrusionAttacks } from './intrusion-attacks.js';
import { resourceAttacks } from './resource-attacks.js';
import { sourceAttacks } from './source-attacks.js';

const attacks = [...resourceAttacks, ...intrusionAttacks, ...sourceAttacks];
const folders = [...new Set(attacks.map((attack) => attack.folder))];
const programs = new URL('programs/', import.meta.url);
const maxHeapGrowthMb = 24;
const maxResidentGrowthMb = 160;

let test: TestSandbox;
let host: HostWatch;
const rows: string[][] = [];

beforeAll(async () => {
  test = await openTestSandbox();
  // What is loaded at first use is no growth.
  await sandboxUid((await gradeNext()).containerId);
  host = await watchHost();
});

afterAll(async () => {
  await host?.close();
  await test?.close();
  process.stdout.write(`${outcomeTable()}\n`);
});

describe('the catalogue of attacks', () => {
  it('names every program there is', async () => {
    const files = await Promise.all(
      folders.map(async (folder) =>
        (await readdir(new URL(folder, programs))).map((file) => `${folder}/${file}`),
      ),
    );
    expect(attacks.map(({ folder, file }) => `${folder}/${file}`).sort()).toEqual(files.flat().sort());
    expect((await readdir(programs)).sort()).toEqual([...folders].sort());
  });
});

describe.each(folders)('attacks of the class %s', (folder) => {
  it.each(attacks.filter((attack) => attack.folder === folder))(
    'get what they must: $file',
    async (attack) => {
      const startedAt = performance.now();
      const graded = await grade(
        test.sandbox,
        onThisEngine(attack),
        new URL(`${folder}/${attack.file}`, programs),
        Array.from({ length: attack.tests }, () => ({
          input: `3 5 ${host.port}\n`,
          expectedOutput: attack.expectedOutput,
        })),
      );
      const ms = Math.round(performance.now() - startedAt);
      record(attack, graded, ms);
      expect(attack.expected, graded.detail).toContain(graded.status);
      expect(await processesOf(await sandboxUid(graded.containerId))).toEqual([]);
      const next = await gradeNext();
      expect(next, next.detail).toMatchObject({ status: Status.Accepted });
      // The one the next attack gets, unless it is lost meanwhile.
      await sandboxUid(next.containerId);
      expect(host.arrived()).toBe(0);
      const { heapMb, residentMb } = host.growth();
      expect(heapMb).toBeLessThan(maxHeapGrowthMb);
      expect(residentMb).toBeLessThan(maxResidentGrowthMb);
      expect(test.logged.filter((line) => line.level === 'error')).toEqual([]);
    },
  );
});

/** The submission that comes next in the same pool. */
function gradeNext(): Promise<Graded> {
  const ordinary = {
    language: 'python',
    timeLimitMs: 5000,
    memoryLimitKb: 128_000,
    compileTimeMs: 8000,
  } as const;
  const tests = [{ input: '3 5\n', expectedOutput: '8\n' }];
  return grade(
    test.sandbox,
    { ...ordinary, ...scaledLimits(ordinary) },
    new URL('next-submission.py', import.meta.url),
    tests,
  );
}

/** Sleep takes as long on a slow engine. */
function onThisEngine(attack: Attack): Attack {
  const limits = scaledLimits(attack);
  return { ...attack, ...limits, ...(attack.folder === 'sleep' ? { timeLimitMs: attack.timeLimitMs } : {}) };
}

function scaledLimits({ timeLimitMs, compileTimeMs }: Pick<Attack, 'timeLimitMs' | 'compileTimeMs'>) {
  return { timeLimitMs: scaled(timeLimitMs), compileTimeMs: scaled(compileTimeMs) };
}

const uids = new Map<string, number>();

/** The user the container's programs are, and no other's: remembered, as the container may be replaced. */
async function sandboxUid(containerId: string): Promise<number> {
  const known = uids.get(containerId);
  if (known !== undefined) return known;
  const { Config } = await test.docker.getContainer(containerId).inspect();
  const entry = Config.Env.find((variable) => variable.startsWith('GRADING_UID='));
  const uid = Number(entry?.split('=')[1]);
  uids.set(containerId, uid);
  return uid;
}

function record(attack: Attack, graded: Graded, ms: number): void {
  rows.push([
    `${attack.folder}/${attack.file}`,
    attack.language,
    attack.expected.join(' or '),
    attack.expected.includes(graded.status) ? graded.status : `**${graded.status}**`,
    String(ms),
  ]);
}

/** In Markdown; docs/evidence/attacks.md sums it up. */
function outcomeTable(): string {
  const head = ['attack', 'language', 'expected', 'got', 'ms'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
