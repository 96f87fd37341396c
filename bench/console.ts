/**
 * What the web console costs while many look, and how soon a bridge obeys its Abort.
 *
 * Each page is a reader of the overview's stream, as a browser keeps it open. The bridge's own health port says which
 * setting it obeys; it is asked every 10 ms.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import { processUsage } from '../devstack/stack/process-usage.js';
import { createDatabase } from '../platform/postgres/database.js';
import { createLogger } from '../platform/process/logger.js';
import { Secret } from '../platform/settings/secret.js';
import { renderTable } from '../platform/terminal/table.js';
import { percentile } from './percentile.js';

export interface ConsoleCost {
  readonly pages: number;
  /** Of one core, in percent. */
  readonly processor: number;
  /** Of the platform's database, by all that runs. */
  readonly transactionsPerSecond: number;
}

export interface ConsoleFigures {
  /** Without a page first: what bridge and worker alone ask of the database. */
  readonly costs: readonly ConsoleCost[];
  /** From the click until the bridge obeys, in milliseconds. */
  readonly abortMs: readonly number[];
}

const token = 'a-token-of-the-bench';
const pageCounts = [0, 1, 50];
/** Until first looks are over. */
const settleMs = 15_000;
const obeyWithinMs = 10_000;

export async function measureConsole(
  stack: GradingStack,
  { seconds, aborts }: { readonly seconds: number; readonly aborts: number },
  say: (line: string) => void,
): Promise<ConsoleFigures> {
  const [webConsole, bridge] = await Promise.all([
    stack.start('console', { CONSOLE_TOKEN: token }),
    stack.start('bridge'),
    stack.start('backend'),
    stack.start('worker'),
  ]);
  const address = new URL(webConsole.readyUrl).origin;
  const costs: ConsoleCost[] = [];
  for (const pages of pageCounts) {
    const cost = await costOf(pages, { stack, pid: webConsole.pid, address, seconds });
    say(`${pages} pages: ${cost.processor.toFixed(1)} % of a core`);
    costs.push(cost);
  }
  const abortMs: number[] = [];
  for (let index = 0; index < aborts; index += 1) {
    await act(address, '/actions/mode', { mode: 'equal', share: '', why: 'bench' });
    await untilMode(bridge.readyUrl, 'equal');
    const began = performance.now();
    const answered = act(address, '/actions/abort', { why: 'bench' });
    await untilMode(bridge.readyUrl, 'off');
    abortMs.push(performance.now() - began);
    await answered;
  }
  return { costs, abortMs };
}

async function costOf(
  pages: number,
  of: { stack: GradingStack; pid: number; address: string; seconds: number },
): Promise<ConsoleCost> {
  const leave = new AbortController();
  const readers = Array.from({ length: pages }, () =>
    readStream(`${of.address}/live/overview`, leave.signal),
  );
  await sleep(settleMs);
  const before = await look(of);
  await sleep(of.seconds * 1000);
  const after = await look(of);
  leave.abort();
  await Promise.all(readers);
  return {
    pages,
    processor: ((after.cpuSeconds - before.cpuSeconds) / of.seconds) * 100,
    transactionsPerSecond: (after.transactions - before.transactions) / of.seconds,
  };
}

async function readStream(url: string, signal: AbortSignal): Promise<void> {
  try {
    const { body } = await fetch(url, { signal });
    for await (const _chunk of body ?? []) if (signal.aborted) return;
    throw new Error(`${url} ended by itself`);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function look({ stack, pid }: { stack: GradingStack; pid: number }) {
  const database = createDatabase({
    url: new Secret(stack.places.databaseUrl),
    applicationName: 'grading-bench',
    log: createLogger({ name: 'bench', level: 'silent', format: 'json' }),
    maxConnections: 1,
  });
  try {
    const [row] = await database.query<{ transactions: number }>({
      text: `select (xact_commit + xact_rollback)::float8 as transactions
        from pg_stat_database where datname = current_database()`,
      values: [],
    });
    return {
      transactions: row?.transactions ?? Number.NaN,
      cpuSeconds: processUsage(pid)?.cpuSeconds ?? Number.NaN,
    };
  } finally {
    await database.close();
  }
}

async function act(address: string, path: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const { status } = await fetch(`${address}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'x-user': 'bench' },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  if (status !== 303) throw new Error(`${path} was answered with ${status}`);
}

const obeyed = z.object({ control: z.object({ mode: z.string() }) });

async function untilMode(readyUrl: string, mode: string): Promise<void> {
  const deadline = performance.now() + obeyWithinMs;
  for (;;) {
    const answer = await fetch(readyUrl);
    if (obeyed.parse(await answer.json()).control.mode === mode) return;
    if (performance.now() > deadline) throw new Error(`The bridge does not obey ${mode}`);
    await sleep(10);
  }
}

export function renderConsole({ costs, abortMs }: ConsoleFigures): string {
  return `${renderTable(
    ['open pages', 'console, % of a core', 'transactions/s'],
    costs.map(({ pages, processor, transactionsPerSecond }) => [
      pages,
      processor.toFixed(1),
      transactionsPerSecond.toFixed(2),
    ]),
  )}
abort, ${abortMs.length} times, until the bridge obeyed: p50 ${percentile(abortMs, 0.5).toFixed(0)} ms, at most ${Math.max(...abortMs).toFixed(0)} ms`;
}

/** @returns whether fifty pages cost less than 5 % of a core, and each abort took effect within a second. */
export function isCheapAndQuick({ costs, abortMs }: ConsoleFigures): boolean {
  return costs.every(({ processor }) => processor < 5) && abortMs.every((ms) => ms < 1000);
}
