import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxTests } from '../../../domain/grading/test-batches.js';
import type { InlineOrStoredText } from '../../../domain/judging/test-report.js';
import { reportRow } from '../../../domain/judging/test-report.js';
import { readPreviousRun } from '../../../platform/temporal/read-previous-run.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { progressQuery } from '../../../workflows/progress.js';
import type { FakeActivities } from '../../fakes/fake-activities.js';
import { acceptedReport, fakeActivities } from '../../fakes/fake-activities.js';
import type { GradingEnvironment, GradingHandle } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('large-results'));
});

afterAll(async () => {
  await environment.close();
});

const mebibyte = 1024 * 1024;
/** As large as activities let it become: inline as JSON counts, or a reference with a beginning. */
const worstText: InlineOrStoredText = '\u0001'.repeat(341);

/** As the real activity answers. */
function worstTests(count: number): FakeActivities {
  return fakeActivities(count, {
    runTest: async ({ testCaseIds, textsApart }) => {
      const reports = testCaseIds.map((id) => ({
        ...acceptedReport(id),
        status: 'Memory Limit Exceeded' as const,
        executionTimeMs: 10_000,
        memoryUsedKb: 262_144,
        output: worstText,
        errorMessage: worstText,
      }));
      const sha256 = String(testCaseIds[0]).padStart(64, '0');
      return textsApart === true
        ? { reports: [], stored: { sha256, rows: reports.map(reportRow) } }
        : { reports };
    },
  });
}

describe('a grading of very many tests with the worst texts', () => {
  it.each([100, 101, 1_000, 5_000, maxTests])(
    '%i tests: is delivered, within the bounds of a history',
    async (count) => {
      const fake = worstTests(count);
      await environment.withWorkers(fake.activities, async () => {
        const handle = await environment.start();
        expect(await handle.result()).toMatchObject({
          verdict: 'Memory Limit Exceeded',
          testsTotal: count,
          testsAccepted: 0,
        });
        const [told] = fake.inputs('notifyBackend');
        const rows = (told?.stored ?? []).flatMap((stored) => stored.rows);
        expect((told?.results.length ?? 0) + rows.length).toBe(count);
        expect(jsonLength(told)).toBeLessThan(2 * mebibyte);
        expect(await historyBytes(handle)).toBeLessThan(8 * mebibyte);

        const progress = await handle.query(progressQuery);
        expect(jsonLength(progress)).toBeLessThan(mebibyte);
        expect(progress.counts?.total ?? progress.tests.length).toBe(count);

        const earlier = readPreviousRun('run', readRun(await handle.fetchHistory()));
        expect(jsonLength(earlier)).toBeLessThan(2 * mebibyte);
        expect(earlier.recorded).toBe(true);
        const replayed = await environment.start({ earlier: { ...earlier, recorded: false } });
        expect(await replayed.result()).toMatchObject({
          verdict: 'Memory Limit Exceeded',
          testsTotal: count,
        });
      });
      // The replay took over every test.
      const batches = fake.inputs('runTest').flatMap(({ testCaseIds }) => testCaseIds);
      expect(batches).toHaveLength(count);
      expect(fake.inputs('recordResult')).toHaveLength(2);
    },
  );
});

it('a lost document has its tests run again, and no others', async () => {
  const fake = worstTests(400);
  let lost: readonly number[] = [];
  const { recordResult } = fake.activities;
  const activities = {
    ...fake.activities,
    recordResult: async (input: Parameters<typeof recordResult>[0]) => {
      if (lost.length > 0) return recordResult(input);
      lost = (input.stored?.[3]?.rows ?? []).map(([id]) => id);
      throw ApplicationFailure.create({
        type: 'OutputMissing',
        nonRetryable: true,
        message: 'gone',
        details: [{ testCaseIds: lost }],
      });
    },
  };
  await environment.withWorkers(activities, async () => {
    expect(await (await environment.start()).result()).toMatchObject({ testsTotal: 400 });
  });
  expect(lost.length).toBeGreaterThan(1);
  const ran = fake.inputs('runTest').flatMap(({ testCaseIds }) => testCaseIds);
  expect(ran.slice(400)).toEqual(lost);
});

async function historyBytes(handle: GradingHandle): Promise<number> {
  const { workflowExecutionInfo } = (await handle.describe()).raw;
  return Number(workflowExecutionInfo?.historySizeBytes ?? 0);
}

function jsonLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
