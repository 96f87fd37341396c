import { Context } from '@temporalio/activity';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareResults } from '../../../domain/rejudge/rejudge-comparison.js';
import type { RejudgeRows } from '../../../domain/rejudge/rejudge-filter.js';
import { packRow } from '../../../domain/rejudge/rejudge-row-codec.js';
import {
  decideWithinMs,
  rejudgedWorkflowId,
  rejudgeRowsQueryName,
} from '../../../domain/rejudge/rejudge-set.js';
import { fakeActivities } from '../../fakes/fake-activities.js';
import { storedWrongAnswer } from '../../fakes/fake-rejudge-activities.js';
import type { GradingEnvironment } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import type { StartedSet } from '../../rejudge-environment.js';
import { rejudgeFakes, startRejudge } from '../../rejudge-environment.js';
import { eventually } from '../eventually.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('rejudge'));
});
afterAll(() => environment.close());

const everyRow = { only: 'all', offset: 0, limit: 1000 };
const rowsOf = ({ handle }: StartedSet) =>
  handle.query<RejudgeRows, [object]>(rejudgeRowsQueryName, everyRow);
const range = (count: number) => Array.from({ length: count }, (_, index) => 11 + index);

describe('rejudge', () => {
  it('grades every submission once over several runs, then writes what differs', async () => {
    const written: number[] = [];
    const fakes = rejudgeFakes({
      recordIfUnchanged: async ({ submissionId }) => {
        written.push(submissionId);
        return { outcome: submissionId === 13 ? 'conflict' : 'recorded' };
      },
    });
    await environment.withWorkers(fakes, async () => {
      const set = await startRejudge(environment, { submissionIds: range(7), submissionsPerRun: 3 });
      expect(await set.until('graded')).toMatchObject({
        graded: 7,
        runs: 3,
        matrix: [{ from: 'Wrong Answer', to: 'Accepted', count: 7 }],
      });
      expect(written).toEqual([]);
      expect(await set.apply()).toEqual({ toApply: 7 });
      const { outcomes } = await set.until('applied');
      expect(outcomes).toEqual({ applied: 6, conflict: 1 });
      expect(written.sort((a, b) => a - b)).toEqual(range(7));
      expect(await set.handle.result()).toMatchObject({ phase: 'applied', appliedBy: 'teacher' });
    });
  });

  it('keeps a submission that cannot be graded as a row that says why', async () => {
    const good = fakeActivities(2).activities;
    const fakes = rejudgeFakes({
      loadSubmission: async (input) => {
        if (input.submissionId !== 12) return good.loadSubmission(input);
        throw ApplicationFailure.create({
          type: 'SubmissionNotFound',
          nonRetryable: true,
          message: 'deleted',
        });
      },
      loadStoredResults: async ({ submissionIds }) =>
        submissionIds
          .filter((id) => id !== 13)
          .map((id) => ({ ...storedWrongAnswer(id), ...(id === 14 ? { status: 'Pending' } : {}) })),
    });
    await environment.withWorkers(fakes, async () => {
      const set = await startRejudge(environment, { submissionIds: range(4) });
      await set.until('graded');
      const { rows } = await rowsOf(set);
      expect(rows.map(({ difference, note }) => [difference, note])).toEqual([
        ['verdict', null],
        ['not-graded', 'deleted'],
        ['not-graded', 'The submission was deleted.'],
        ['not-graded', 'It is being graded: its status is Pending.'],
      ]);
      await set.handle.cancel();
      await set.until('cancelled');
    });
  });

  it('takes the cancellation of one grading by hand for that submission alone', async () => {
    const fakes = rejudgeFakes({ runTest: slowly() });
    await environment.withWorkers(fakes, async () => {
      const set = await startRejudge(environment, { submissionIds: range(3), parallel: 3 });
      const one = environment.client.workflow.getHandle(rejudgedWorkflowId(set.set, 12, 1));
      await eventually(async () => expect((await one.describe()).status.name).toBe('RUNNING'));
      await one.cancel();
      await set.until('graded');
      const { rows } = await rowsOf(set);
      expect(rows.map(({ note }) => note)).toEqual([null, 'Its grading was cancelled.', null]);
      await set.handle.cancel();
    });
  });

  it('refuses to apply while a submission is not graded', async () => {
    await environment.withWorkers(rejudgeFakes({ runTest: slowly() }), async () => {
      const set = await startRejudge(environment);
      await set.until('grading');
      const refusal = await set.apply().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(WorkflowUpdateFailedError);
      expect((refusal as WorkflowUpdateFailedError).cause?.message).toMatch(
        /of 3 submissions .* not graded yet/,
      );
      await set.handle.cancel();
      await set.until('cancelled');
    });
  });

  it('finishes what it is writing when it is cancelled, and begins nothing more', async () => {
    const notified: number[] = [];
    const fakes = rejudgeFakes({
      notifyBackend: async ({ submissionId }) => {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        notified.push(submissionId);
      },
    });
    await environment.withWorkers(fakes, async () => {
      const set = await startRejudge(environment, { submissionIds: range(8), parallel: 2 });
      await set.until('graded');
      await set.apply();
      await set.handle.cancel();
      const { outcomes } = await set.until('cancelled');
      expect(outcomes).toEqual({ applied: notified.length });
      expect(notified.length).toBeLessThan(8);
    });
  });

  it('writes the beginning of a long output that is gone, rather than not applying its verdict', async () => {
    const good = rejudgeFakes();
    const policies: string[] = [];
    const fakes = rejudgeFakes({
      loadShadowResult: async (input) => {
        const graded = await good.loadShadowResult(input);
        if (graded === null) return null;
        const output = { sha256: 'ab', bytes: 5000, preview: 'x' };
        const results = graded.result.results.map((row) => ({ ...row, output }));
        return { ...graded, result: { ...graded.result, results } };
      },
      recordIfUnchanged: async ({ missingOutputs }) => {
        policies.push(`record: ${missingOutputs}`);
        if (missingOutputs === 'show-preview') return { outcome: 'recorded' };
        throw ApplicationFailure.create({ type: 'OutputMissing', nonRetryable: true, message: 'gone' });
      },
      notifyBackend: async ({ missingOutputs }) => {
        policies.push(`notify: ${missingOutputs}`);
      },
    });
    await environment.withWorkers(fakes, async () => {
      const set = await startRejudge(environment, { submissionIds: [11] });
      await set.until('graded');
      await set.apply();
      expect((await set.until('applied')).outcomes).toEqual({ applied: 1 });
    });
    expect(policies).toEqual(['record: fail', 'record: show-preview', 'notify: show-preview']);
  });

  it('says of a result whose grading is not kept any more that it is gone', async () => {
    const fakes = rejudgeFakes({ loadShadowResult: async () => null });
    await environment.withWorkers(fakes, async () => {
      const set = await startRejudge(environment, { submissionIds: [11] });
      await set.until('graded');
      await set.apply();
      expect((await set.until('applied')).outcomes).toEqual({ gone: 1 });
    });
  });

  it('expires when nobody decides in time', async () => {
    await environment.withWorkers(rejudgeFakes(), async () => {
      const rows = range(3).map((id) => packRow(accepted(id)));
      const gradedAtMs = Date.now() - decideWithinMs;
      const state = { phase: 'graded', rows, appliedBy: null, runs: 1, gradedAtMs } as const;
      const set = await startRejudge(environment, { state });
      expect(await set.handle.result()).toMatchObject({ phase: 'expired', graded: 3 });
    });
  });

  it('carries the rows of two thousand submissions through its last runs', async () => {
    await environment.withWorkers(rejudgeFakes(), async () => {
      const submissionIds = range(2000);
      const rows = submissionIds.slice(0, 1990).map((id) => packRow(accepted(id)));
      const state = { phase: 'grading', rows, appliedBy: null, runs: 20, gradedAtMs: null } as const;
      const set = await startRejudge(environment, { submissionIds, submissionsPerRun: 5, state });
      expect(await set.until('graded')).toMatchObject({ graded: 2000, runs: 21 });
      expect((await rowsOf(set)).rows).toHaveLength(1000);
      const { historySize } = await set.handle.describe();
      expect(historySize).toBeLessThan(512 * 1024);
      await set.handle.cancel();
      await set.until('cancelled');
    });
  });
});

function accepted(submissionId: number) {
  const grading = {
    submissionId,
    verdict: 'Accepted',
    score: 100,
    tests: [],
    message: null,
    about: { problemTitle: 'Sum', language: 'cpp', gradingMode: 'stdio' },
    limits: null,
  } as const;
  return compareResults(storedWrongAnswer(submissionId), [grading]);
}

/** Two seconds for each test, unless its grading is cancelled. */
function slowly(): ReturnType<typeof rejudgeFakes>['runTest'] {
  const good = fakeActivities(2).activities;
  return async (input) => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), 200);
    try {
      await context.sleep(2000);
      return await good.runTest(input);
    } finally {
      clearInterval(timer);
    }
  };
}
