import { createBackendClient } from '../../../platform/backend/backend-client.js';
import type { Check } from '../check.js';
import { failed, failedBy, ok } from '../check.js';
import type { DoctorContext } from '../doctor-context.js';

/** The highest value of a serial column. */
const unusedId = 2_147_483_647;
const timeoutMs = 8_000;

/**
 * POSTs a result for a submission that does not exist: only the backend itself answers that with its 404 (contract
 * §4).
 */
export const backend: Check = {
  name: 'result path',
  area: 'backend',
  async run(context) {
    const { backendApiUrl, backendResultPath } = context.settings;
    const address = `${backendApiUrl.toString()}${backendResultPath}`;
    if (await exists(context, unusedId)) {
      return failed(
        `submission ${unusedId} exists, so nothing can be posted without harm`,
        `curl -i -X POST ${address}`,
      );
    }
    const client = createBackendClient({
      baseUrl: backendApiUrl,
      resultPath: backendResultPath,
      // Whoever takes this result in any words is the wrong one.
      answer: 'json',
      timeoutMs,
    });
    try {
      const answer = await client.postResult(
        unusedId,
        { overallStatus: 'System Error', results: [] },
        AbortSignal.timeout(2 * timeoutMs),
      );
      if (answer === 'not-found')
        return ok(`POST ${address} answers 404 for a submission that does not exist`);
      return failed(
        `POST ${address} took a result of a submission that does not exist: that is not the backend, or another version of it`,
        `curl -i -X POST -d '{}' ${address.replace('{submission_id}', String(unusedId))}`,
      );
    } catch (error) {
      return failedBy(error, `curl -i -X POST ${address}`);
    }
  },
};

/** If the database does not answer, trust the number: no platform has that many submissions. */
async function exists({ database }: DoctorContext, submissionId: number): Promise<boolean> {
  const rows = await database
    .query({ text: 'select 1 from submissions where id = $1', values: [submissionId] })
    .catch(() => []);
  return rows.length > 0;
}
