import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SettingsError } from '../platform/settings/settings-error.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { whyTemporalFails, withContext } from './context.js';

beforeEach(() => {
  vi.stubEnv('RABBITMQ_QUEUE', 'grading_queue');
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('opens nothing but what a command asks for', async () => {
  vi.stubEnv('TEMPORAL_TLS_CA', '/nonexistent/ca.pem');
  expect(await withContext({}, async ({ database }) => typeof database.query)).toBe('function');
  await expect(withContext({}, async ({ temporal }) => temporal)).rejects.toThrow(SettingsError);
  await expect(withContext({}, async ({ starter }) => starter)).rejects.toThrow(SettingsError);
});

it('gives each part once', async () => {
  await withContext({}, async (context) => {
    expect(context.temporal).toBe(context.temporal);
    expect(context.submissions).toBe(context.submissions);
  });
});

it("takes the command's queue in place of RABBITMQ_QUEUE", async () => {
  const queuesOf = (queue: string | undefined) =>
    withContext({ queue }, async ({ settings }) => [settings.queue, settings.legacyQueue]);
  expect(await queuesOf(undefined)).toEqual(['grading_queue', 'grading_queue.legacy']);
  expect(await queuesOf('other')).toEqual(['other', 'other.legacy']);
});

it('closes what was opened although the work fails, and tells why it failed', async () => {
  let isClosed = false;
  const failing = withContext({}, async ({ temporal }) => {
    const { connection } = temporal;
    const close = connection.close.bind(connection);
    connection.close = () => {
      isClosed = true;
      return close();
    };
    throw new Error('the work failed');
  });
  await expect(failing).rejects.toThrow('the work failed');
  expect(isClosed).toBe(true);
});

it('says that Temporal is down rather than which call failed', async () => {
  const calling = withContext({}, ({ temporal }) =>
    temporal.connection.withDeadline(Date.now() + 200, () =>
      temporal.connection.workflowService.getClusterInfo({}),
    ),
  );
  await expect(calling).rejects.toThrow(/^Failed to connect to Temporal at 127\.0\.0\.1:1: /);
});

/** As gRPC has them, within what the client makes of them. */
function clientError(code: number, details: string): Error {
  const cause = Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });
  return new Error('Failed to list workflows', { cause });
}

it('says of a server that answers, but not in time, that it is busy, and lets other errors be', async () => {
  const temporal = { address: 'temporal.example:7233', check: async () => {} } as TemporalClient;
  const late = await whyTemporalFails(temporal, clientError(4, 'DEADLINE_EXCEEDED'));
  expect(String(late)).toMatch(
    /Temporal at temporal\.example:7233 answers, but not to this within its time \(Failed to list workflows: 4 DEADLINE_EXCEEDED\).*grader doctor/,
  );
  const refused = clientError(7, 'PERMISSION_DENIED');
  expect(await whyTemporalFails(temporal, refused)).toBe(refused);
});

it('says of a server that limits its callers what the limit is, and what goes on by itself', async () => {
  const temporal = { address: 'temporal.example:7233', check: async () => {} } as TemporalClient;
  const limited = await whyTemporalFails(
    temporal,
    clientError(8, 'RESOURCE_EXHAUSTED: namespace rate limit exceeded'),
  );
  expect(String(limited)).toMatch(
    /Temporal at temporal\.example:7233 takes no more calls for now \(.*namespace rate limit exceeded\).*frontend\.namespaceRPS.*by themselves/,
  );
});
