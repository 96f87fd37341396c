import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { testBatches, testsWithTexts } from '../domain/grading/test-batches.js';
import { overallStatus } from '../domain/judging/status.js';
import type { TestReport } from '../domain/judging/test-report.js';
import { groupByDocument, storedReports } from '../domain/judging/test-report.js';
import { toBody } from '../platform/backend/backend-client.js';
import { replaceUnstorable } from '../platform/backend/unstorable-characters.js';
import { run } from '../test/fakes/activity-runs.js';
import { outcome } from '../test/fakes/execution-outcomes.js';
import type { FakePlatform } from '../test/fakes/fake-dependencies.js';
import { fakePlatform } from '../test/fakes/fake-dependencies.js';
import type { DeliverResultInput } from './deliver-result.js';
import { resolveResult } from './deliver-result.js';
import { inlineLimitBytes, inlineOrStored } from './inline-or-stored-text.js';

/** What the server takes of one payload. */
const payloadLimit = 2 * 1024 * 1024;
const limit = 8 * 1024 * 1024;
/** Six bytes each in JSON. */
const controlCharacters = '\u0001'.repeat(8 * 1024);

describe('whatever the number of tests, the results of a grading travel in payloads that the server takes', () => {
  it.each([1, 32, 33, 100, 101, 1_000, 5_000, 20_000])(
    '%i tests that print control characters',
    async (count) => {
      const platform = await hostilePlatform(count);
      const ids = [...platform.tests.keys()];
      const judged: TestReport[] = [];
      for (const testCaseIds of testBatches(ids, 1_000)) {
        const { heartbeats, output } = await runBatch(platform, testCaseIds, count > testsWithTexts);
        expect(jsonLength(output)).toBeLessThan(payloadLimit / 4);
        for (const details of heartbeats) expect(jsonLength(details)).toBeLessThan(payloadLimit / 2);
        judged.push(...(output.stored === undefined ? output.reports : storedReports(output.stored)));
      }
      const { reports: results, stored } = groupByDocument(judged);
      const input: DeliverResultInput = {
        submissionId: 1,
        overallStatus: overallStatus(judged),
        results,
        ...(stored.length === 0 ? {} : { stored }),
        missingOutputs: 'fail',
      };
      expect(jsonLength(input)).toBeLessThan(payloadLimit);

      const startedAt = performance.now();
      const resolved = await resolveResult(platform.deps.outputs, input, limit);
      const body = JSON.stringify(toBody(resolved));
      expect(Buffer.byteLength(body)).toBeLessThan(1.05 * limit);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(resolved.results.map(({ testCaseId }) => testCaseId)).toEqual(ids);
      expect(resolved.results.every(({ status }) => status === 'Runtime Error')).toBe(true);
    },
    120_000,
  );
});

describe('a result within its limit', () => {
  it('is left as it is', async () => {
    const { deps } = fakePlatform();
    const long = 'x'.repeat(3 * inlineLimitBytes);
    const results = [
      report(1, 'short', null),
      report(2, await inlineOrStored(deps.outputs, long), 'message'),
    ];
    const resolved = await resolveResult(deps.outputs, whole(results), limit);
    expect(resolved.results.map(({ outputReceived }) => outputReceived)).toEqual(['short', long]);
  });
});

describe('a result above its limit', () => {
  it('has its longest texts cut evenly and the others whole, with a note and no torn character', async () => {
    const { deps } = fakePlatform();
    const long = async (character: string) => inlineOrStored(deps.outputs, character.repeat(100_000));
    const results = [
      report(1, 'short', null),
      report(2, await long('x'), null),
      report(3, await long('😀'), 'message'),
      report(4, await long('\u0002'), null),
    ];
    const { results: cut } = await resolveResult(deps.outputs, whole(results), 65_536);
    expect(
      Buffer.byteLength(JSON.stringify(toBody({ overallStatus: 'Accepted', results: cut }))),
    ).toBeLessThan(65_536);
    expect(cut[0]).toMatchObject({ outputReceived: 'short', errorMessage: null });
    expect(cut[2]?.errorMessage).toBe('message');
    for (const { outputReceived } of cut.slice(1)) {
      expect(outputReceived).toMatch(/^(.)\1+\n… \(cut: the texts of all tests together are too long\)$/u);
      expect(replaceUnstorable(outputReceived ?? '')).toBe(outputReceived);
      const bytes = JSON.stringify(outputReceived).length;
      expect(bytes).toBeGreaterThan(9_000);
    }
  });
});

describe('texts that are kept apart', () => {
  it('and lost are run again, or shown as lost', async () => {
    const platform = await hostilePlatform(3);
    const { output } = await runBatch(platform, [1, 2, 3], true);
    expect(output.reports).toEqual([]);
    platform.outputs.clear();
    const input = { ...whole([]), ...(output.stored && { stored: [output.stored] }) };
    await expect(resolveResult(platform.deps.outputs, input, limit)).rejects.toMatchObject({
      testCaseIds: [1, 2, 3],
    });
    const shown = await resolveResult(
      platform.deps.outputs,
      { ...input, missingOutputs: 'show-preview' },
      limit,
    );
    expect(shown.results[0]).toMatchObject({
      testCaseId: 1,
      status: 'Runtime Error',
      outputReceived: expect.stringContaining('lost'),
    });
  });
});

async function hostilePlatform(count: number): Promise<FakePlatform> {
  const platform = fakePlatform();
  platform.leases.add('lease');
  const put = platform.deps.outputs.put.bind(platform.deps.outputs);
  // As many characters as the real one shows.
  platform.deps.outputs.put = async (text) => ({ ...(await put(text)), preview: text.slice(0, 200) });
  platform.execute = async () => outcome(controlCharacters, { exitCode: 1, stderrText: controlCharacters });
  for (let id = 1; id <= count; id += 1) {
    platform.tests.set(id, { id, input: '', expectedOutput: 'x' });
  }
  return platform;
}

async function runBatch(platform: FakePlatform, testCaseIds: readonly number[], textsApart: boolean) {
  const heartbeats: unknown[] = [];
  const environment = new MockActivityEnvironment({ activityType: 'runTest' });
  environment.on('heartbeat', (details) => heartbeats.push(details));
  const limits = { timeLimitMs: 1_000, memoryLimitKb: 256_000 };
  const program = { leaseId: 'lease', language: 'cpp', profile: 'python', sourceFile: 'main.cpp' } as const;
  const input = { ...program, ...limits, testCaseIds, textsApart };
  return { output: await run(platform, 'runTest', input, environment), heartbeats };
}

function report(testCaseId: number, output: TestReport['output'], errorMessage: string | null): TestReport {
  return { testCaseId, status: 'Accepted', executionTimeMs: 1, memoryUsedKb: 1, output, errorMessage };
}

function whole(results: readonly TestReport[]): DeliverResultInput {
  return { submissionId: 1, overallStatus: 'Accepted', results, missingOutputs: 'fail' };
}

function jsonLength(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}
