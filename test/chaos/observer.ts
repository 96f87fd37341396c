import { setTimeout as sleep } from 'node:timers/promises';
import type { StackPlaces } from '../../devstack/stack/grading-stack.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import type { Timeline } from './timeline.js';

/** Looks which gradings run, past the relays, and notes it. */
export interface Observer {
  /** @returns whether a grading runs, at the latest when the patience is over. */
  untilRunning(patienceMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const everyMs = 400;

export function startObserver({ temporalAddress, namespace }: StackPlaces, timeline: Timeline): Observer {
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: temporalAddress,
    namespace,
  });
  const closing = new AbortController();
  const look = async (): Promise<void> => {
    const ids: number[] = [];
    await temporal.connection.withDeadline(Date.now() + 3_000, async () => {
      const query = `WorkflowType = '${gradeSubmissionType}' AND ExecutionStatus = 'Running'`;
      for await (const { workflowId } of temporal.client.workflow.list({ query })) {
        ids.push(Number(workflowId.replace(/^grade-/, '')));
      }
    });
    timeline.seenRunning(ids);
  };
  const looking = (async () => {
    while (!closing.signal.aborted) {
      // While Temporal is away, what ran before counts as running: its verdict has not come.
      await look().catch(() => undefined);
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    async untilRunning(patienceMs) {
      const deadline = Date.now() + patienceMs;
      while (!timeline.isGrading() && Date.now() < deadline) await sleep(50);
      return timeline.isGrading();
    },
    async stop() {
      closing.abort();
      await looking;
      await temporal.close();
    },
  };
}
