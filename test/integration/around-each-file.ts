import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import type { StackPlaces } from '../../devstack/stack/grading-stack.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import { leaveOneHost } from './grader-command.js';
import { takeStacks } from './open-stacks.js';
import { outlineHistory } from './outline-history.js';

const shownLines = 25;
const shownLength = 400;
const readTimeoutMs = 15_000;

afterAll(leaveOneHost);

// Made first, so that it runs last: by then the test has stopped its stack, and the logs are whole.
afterEach(async ({ task }) => {
  const stacks = takeStacks();
  if (task.result?.state !== 'fail') return;
  for (const { places } of stacks) {
    const parts = [`${task.name}: logs and histories in ${places.logDirectory}`, ...logTails(places)];
    parts.push(...(await histories(places).catch((error: unknown) => [`no histories: ${String(error)}`])));
    process.stdout.write(`${parts.join('\n')}\n`);
  }
});

function logTails({ logDirectory }: StackPlaces): string[] {
  return readdirSync(logDirectory)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) => {
      const lines = readFileSync(join(logDirectory, file), 'utf8').trimEnd().split('\n').slice(-shownLines);
      return [`--- end of ${file}`, ...lines.map((line) => line.slice(0, shownLength))];
    });
}

/** Of each grading: its events with their times here, the whole history beside the logs. */
async function histories({ temporalAddress, namespace, logDirectory }: StackPlaces): Promise<string[]> {
  // Not at import: it takes a second, and most files never fail.
  const { loadSettings } = await import('../../platform/settings/settings.js');
  const { createTemporalClient } = await import('../../platform/temporal/connection.js');
  const settings = loadSettings({ TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace });
  const temporal = createTemporalClient(settings.temporal);
  try {
    return await temporal.connection.withDeadline(Date.now() + readTimeoutMs, async () => {
      const lines: string[] = [];
      const query = `WorkflowType = '${gradeSubmissionType}'`;
      for await (const { workflowId, runId, status } of temporal.client.workflow.list({ query })) {
        const history = await temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
        writeFileSync(join(logDirectory, `${workflowId}-${runId}.json`), JSON.stringify(history));
        lines.push(`--- ${workflowId}, ${status.name}`, ...outlineHistory(history));
      }
      return lines;
    });
  } finally {
    await temporal.close();
  }
}
