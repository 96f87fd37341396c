import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqp from 'amqplib';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { quarantineQueue } from '../../../bridge/quarantine.js';
import { runDemo } from '../../../devstack/demo/run-demo.js';
import type { ManagedProcess } from '../../../devstack/stack/managed-process.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, sumProblem, sumSource, untilGraded } from '../grading/stack-fixture.js';
import { barriers, isTooWide, looks, openBrowser, openPage } from './browser-fixture.js';
import { changesOf, expectEachRecorded, expectEveryCommandKnown } from './changing-commands.js';
import type { PageDriver } from './page-driver.js';
import { drive } from './page-driver.js';
import type { Planted } from './planted.js';
import { plantIn } from './planted.js';

const token = 'a-token-for-this-test';
const hostile = `print("</pre><script>alert('output')</script>\\x1b[31m\\u202eabc")  # </pre><script>alert('source')</script>\n`;
const hostileReason = '</td><script>alert("reason")</script>\u202e\u001b[31m';
const shownReason = '</td><script>alert("reason")</script>\\u202e\\u001b[31m';
/** A directory to keep pictures of every page in. */
const screenshots = process.env.CONSOLE_SCREENSHOTS;

// A browser on a busy host takes its time for each page.
vi.setConfig({ testTimeout: 400_000 });

let stack: TestStack;
let browser: Browser;
let page: Page;
let go: PageDriver['go'];
let reload: PageDriver['reload'];
let send: PageDriver['send'];
let text: PageDriver['text'];
/** Of the demo: its problem has no tests. */
let failedId: number;
/** Of a rejudging. */
let setPath: string;
let hostileId: number;
let wrongId: number;
let worker: ManagedProcess;
let planted: Planted;
const complaints: string[] = [];

beforeAll(async () => {
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });
  // Other stacks of this host write theirs elsewhere.
  stack = await createTestStack({ SAMPLES_DIR: mkdtempSync(join(tmpdir(), 'grader-samples-')) });
  const [webConsole, started] = await Promise.all([
    stack.start('console', { CONSOLE_TOKEN: token }),
    stack.start('worker'),
    stack.start('backend'),
    stack.start('bridge', { BRIDGE_MODE: 'equal' }),
    openBrowser().then((opened) => {
      browser = opened;
    }),
  ]);
  worker = started;
  page = await openPage(browser, complaints);
  ({ go, reload, send, text } = drive(page, new URL(webConsole.readyUrl).origin));
  const problemId = await stack.backend.createProblem({
    ...sumProblem,
    title: `<script>alert('title')</script> A + B`,
  });
  const submit = (language: string, source_code: string) =>
    stack.backend.submit({ problem_id: problemId, language, source_code });
  await submit('cpp', sumSource);
  wrongId = await submit('cpp', sumSource.replace('a + b', 'a - b'));
  hostileId = await submit('python', hostile);
  planted = await plantIn(stack, problemId);
  await Promise.all([wrongId, hostileId].map((id) => untilGraded(stack, id, 120_000)));
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await planted?.close();
  await stack?.stop();
});

describe('the console, in a browser', () => {
  test('shows a guest figures and verdicts as they come, and no source', async () => {
    await go('/');
    await expect.poll(text, { timeout: 60_000 }).toMatch(/Wrong Answer/);
    await expect.poll(text, { timeout: 60_000 }).toMatch(/equal/);
    const shown = await go(`/submissions/${hostileId}`);
    expect(shown).toContain('Shown to viewers and operators who are signed in.');
    expect(shown).not.toContain('print(');
    expect(shown).not.toContain('Grade again');
  });

  test('lets an operator in by token and name', async () => {
    await go('/login');
    expect(await send('Sign in', { name: 'alice', token: 'not-the-token-at-all' })).toContain(
      'That token is nobody’s',
    );
    expect(await send('Sign in', { name: 'alice', token })).toContain('alice, operator');
  });

  test('shows each program of the demo with its verdict', async () => {
    const rows = await runDemo({ backendUrl: stack.backendUrl, ...stack.places }, () => {});
    await go('/submissions');
    const shown = await page.evaluate(
      `[...document.querySelectorAll('tbody tr')].map(({ cells }) => [cells[0], cells[6]].map((cell) => cell.textContent.trim()))`,
    );
    const expected = rows.map(({ submissionId, program }) => [String(submissionId), program.expected]);
    expect(expected).toHaveLength(14);
    expect(shown).toEqual(expect.arrayContaining(expected));
    failedId = rows.find(({ program }) => program.expected === 'System Error')?.submissionId ?? 0;
  });

  test('shows hostile titles, sources and outputs as text, and where outputs first differ', async () => {
    const shown = await go(`/submissions/${hostileId}`);
    expect(shown).toContain("<script>alert('title')</script> A + B");
    expect(shown).toContain("# </pre><script>alert('source')</script>");
    expect(shown).toContain("</pre><script>alert('output')</script>\\u001b[31m\\u202eabc");
    const wrong = await go(`/submissions/${wrongId}`);
    expect(wrong).toContain('The first difference is in line 1, column 1.');
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('details[open] mark')].map((each) => each.textContent)`,
      ),
    ).toEqual(['3', '-1']);
  });

  test('grades again, and keeps who wanted it and why', async () => {
    await go(`/submissions/${wrongId}`);
    expect(await send('Grade again', { why: 'tests were edited' })).toContain(
      `Submission ${wrongId} is graded again, from the start.`,
    );
    await expect
      .poll(() => go('/audit'), { timeout: 60_000 })
      .toMatch(
        new RegExp(
          `alice\\s+console\\s+grade again submission ${wrongId}\\s+tests were edited\\s+Submission ${wrongId} is graded again`,
        ),
      );
  });

  test('replays what failed, once its cause is gone', async () => {
    expect(await go('/')).toContain('1 submission(s) show System Error');
    expect(await go('/failures')).toMatch(new RegExp(`This problem has no test cases[\\s\\S]*${failedId}`));
    await planted.addTest(failedId, { input: '1 2', expected: '3' });
    expect(await send('Show what a replay of the chosen would do', {})).toContain(String(failedId));
    expect(await send('Replay 1', { why: 'the teacher added a test' })).toContain(
      '1 grading(s) started again',
    );
    await expect
      .poll(() => go(`/submissions/${failedId}`), { timeout: 60_000 })
      .toMatch(/Verdict\s+Accepted, 100 of 100/);
    await expect.poll(() => go('/'), { timeout: 60_000 }).not.toContain('show System Error');
    expect(await go('/failures')).toContain('This problem has no test cases');
    expect(await page.evaluate(`document.querySelector('[value="${failedId}"]').checked`)).toBe(false);
  });

  test('rejudges a selection, and applies what differs', async () => {
    await planted.setExpected(failedId, '4');
    await go('/rejudge');
    const selected = await send('Show what that selects', { ids: `${wrongId},${failedId}` });
    expect(selected).toContain('What would be rejudged');
    expect(selected).toMatch(/Accepted\s+1\s+Wrong Answer\s+1|Wrong Answer\s+1\s+Accepted\s+1/);
    expect(await send('Grade 2 again', { why: 'the tests were wrong' })).toContain('has begun');
    setPath = new URL(page.url()).pathname;
    await expect.poll(reload, { timeout: 60_000 }).toMatch(/State\s+graded/);
    expect((await go(`/submissions/${failedId}`)).match(/Verdict\s+(.*),/)?.[1]).toBe('Accepted');
    await page.goBack({ waitUntil: 'load' });
    const apply = 'Write the 1 result(s) that differ over the stored ones';
    expect(await send(apply, { why: 'looked at' })).toContain('1 result(s) are being written');
    await expect.poll(reload, { timeout: 60_000 }).toMatch(/State\s+applied/);
    expect(await go(`/submissions/${failedId}`)).toMatch(/Verdict\s+Wrong Answer, 0 of 100/);
  });

  test('compares with the legacy worker, accepts what differs as a rule, and takes that back', async () => {
    const { differing } = planted;
    const differs = `/parity/${differing}`;
    await go(`/submissions/${differing}`);
    expect(await send('Compare with the legacy worker', { why: 'before the cutover' })).toContain(
      'is graded again to compare',
    );
    await expect.poll(() => go(differs), { timeout: 90_000 }).toContain('differs: verdict');
    expect(await text()).toContain("<script>alert('title')</script> A + B");
    expect(await text()).toMatch(/Accepted\s+Wrong Answer/);
    expect(await send('Explain', { why: hostileReason })).toContain('is explained');
    await expect.poll(() => go(differs), { timeout: 60_000 }).toContain(shownReason);
    expect(await go('/parity')).toMatch(/Mismatches\s+0/);
    await go(differs);
    expect(await send('Accept as a rule', { why: hostileReason })).toContain(
      'Accepted × Wrong Answer, stdio, cpp',
    );
    await expect.poll(() => go('/parity'), { timeout: 60_000 }).toMatch(/ignored by rule\s+1/);
    expect(await text()).toContain(shownReason);
    expect(await send('Withdraw', { why: 'too wide' })).toContain('is withdrawn');
    await expect.poll(() => go('/parity'), { timeout: 60_000 }).toMatch(/ignored by rule\s+0/);
  });

  test('finds submissions by who graded them and when, and lists every grading of one', async () => {
    // Yesterday's: midnight may have passed since.
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await expect
      .poll(() => go(`/submissions?origin=rejudge&from=${day}T00:00`), { timeout: 60_000 })
      .toContain(`\n${wrongId}\t`);
    expect(await text()).not.toContain(`\n${hostileId}\t`);
    expect(await go('/submissions?step=notify')).toContain('No submission matches.');
    expect(await go(`/submissions?until=2020-01-01T00:00`)).toContain('No submission matches.');
    await expect
      .poll(() => go(`/submissions/${wrongId}`), { timeout: 60_000 })
      .toMatch(/rejudge\trejudge\tcompleted/);
    expect(await text()).toMatch(/grading\tbridge\tcompleted/);
    expect(await page.evaluate(`document.querySelectorAll('main a[href*="/workflows/"]').length`)).toBe(3);
  });

  test('judges the success criteria, and draws how things went, in words and tables, too', async () => {
    const shown = await go('/criteria');
    expect(shown).toMatch(/NOT ENOUGH DATA\s+No System Errors/);
    expect(shown).toMatch(/Accepted: lately \S+; lowest 0, mean \S+, highest \d/);
    const drawn = `[...document.querySelectorAll('.plot')].map((each) => [each.querySelectorAll('canvas').length, each.querySelectorAll('tbody tr').length > 0])`;
    const plots = (await page.evaluate(drawn)) as readonly unknown[];
    expect(plots.length).toBeGreaterThan(0);
    expect(plots).toEqual(plots.map(() => [1, true]));
  });

  test('requeues what is in quarantine', async () => {
    const connection = await amqp.connect(stack.places.amqpUrl);
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue(stack.places.queue, Buffer.from('{"submission_id": "<b>no</b>"}'));
    await channel.waitForConfirms();
    await expect
      .poll(async () => (await channel.checkQueue(quarantineQueue(stack.places.queue))).messageCount, {
        timeout: 60_000,
      })
      .toBe(1);
    expect(await go('/quarantine')).toContain('"<b>no</b>"');
    await page.click('input[name=message]');
    expect(await send('Return the chosen to the queue', { why: 'the bridge was repaired' })).toContain(
      '1 message(s) are back',
    );
    await connection.close();
  });

  test('sets mode and share, and takes everything back by abort', async () => {
    await go('/cutover');
    expect(await send('Set', { mode: 'paced', share: '30%', why: 'a trial' })).toMatch(/paced 30 %;/);
    await expect.poll(text, { timeout: 60_000 }).toMatch(/consuming\s+paced 30 % \(version 1\)/);
    expect(await send('Abort: take everything back now', { why: 'enough' })).toMatch(/: off;/);
    await expect
      .poll(text, { timeout: 60_000 })
      .toMatch(/Set\s+.*by alice, version 2\s+Why\s+abort: enough[\s\S]*off \(version 2\)/);
  });

  test('begins a plan, and ends it', async () => {
    await go('/cutover');
    await page.evaluate(`document.querySelector('textarea').value = ${JSON.stringify(plan)}`);
    expect(await send('Check it', {})).toContain('Nothing has been moved');
    expect(await send('Begin with step 1', { why: 'the day has come' })).toContain('has begun');
    await expect.poll(text, { timeout: 60_000 }).toMatch(/tiny: holding|tiny: waiting/);
    expect(await send('Promote', { why: 'looks well' })).toContain('promote: sent to the plan');
    await expect.poll(text, { timeout: 60_000 }).toMatch(/step 2 of 2/);
    expect(await send('Abort: take everything back now', {})).toMatch(/: off;/);
    await expect.poll(text, { timeout: 60_000 }).toMatch(/tiny: aborted/);
    await expect.poll(text, { timeout: 60_000 }).toMatch(/off \(version \d+\)/);
  });

  const pages = () => [
    '/',
    `/submissions/${wrongId}`,
    '/submissions/999999',
    '/cutover',
    '/cutover/plan?plan=none',
    '/login',
    '/submissions',
    '/failures',
    '/quarantine',
    '/parity',
    `/parity/${planted.differing}`,
    '/rejudge',
    setPath,
    `/rejudge/new?ids=${wrongId}`,
    '/criteria',
    '/audit',
    '/nowhere',
  ];

  test('keeps nobody out, on a desk or a phone, by day or by night', async () => {
    for (const path of pages()) {
      await go(path);
      for (const { width, colours } of looks) {
        await page.setViewport({ width, height: 900 });
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colours }]);
        if (screenshots !== undefined) {
          const file = `${width}-${colours}${path}`.replace(/\W+/g, '-');
          await page.screenshot({ path: join(screenshots, `${file}.png`), fullPage: true });
        }
        const seen = [path, width, colours];
        expect([...seen, await isTooWide(page), await barriers(page)]).toEqual([...seen, false, []]);
      }
    }
  }, 900_000);

  test('gave the browser nothing to complain about', () => expect(complaints).toEqual([]));
});

describe('every command that changes something', () => {
  const changes = () => changesOf({ stack, worker, graded: wrongId, ...planted });

  test('is in the table below, or known to change nothing', () => expectEveryCommandKnown(changes()));

  test(
    'leaves a record in the audit log: who, why, what, and what came of it',
    () => expectEachRecorded(stack, changes()),
    900_000,
  );
});

const plan = `name: tiny
rollback: { mode: off }
steps:
  - mode: paced
    share: 10%
    hold: 1h
  - mode: paced
    share: 20%
    hold: 1h
`;
