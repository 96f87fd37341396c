import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GradingResult } from '../../../domain/judging/submission.js';
import { createBackendClient } from '../../../platform/backend/backend-client.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import type { ReferenceBackend } from '../../../reference-backend/server.js';
import { startReferenceBackend } from '../../../reference-backend/server.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, testServices, uniqueName } from '../services-fixture.js';

const resultPath = '/internal/submissions/{submission_id}/result';
const signal = new AbortController().signal;
const queue = uniqueName('backend-test');
let database: TestDatabase;
let backend: ReferenceBackend;
const servers: Server[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await applySchema(database.url);
  backend = await startReferenceBackend({
    databaseUrl: database.url,
    amqpUrl: testServices().amqpUrl,
    queue,
    port: 0,
  });
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});
afterAll(async () => {
  await backend.close();
  await database.drop();
  await withQueue((channel) => channel.deleteQueue(queue));
});

describe('against the reference backend', () => {
  test('a result is accepted and can be read', async () => {
    const { problem_id, test_case_ids } = await call<{ problem_id: number; test_case_ids: number[] }>(
      'POST',
      '/problems',
      {
        title: 'Sum',
        test_cases: [
          { expected_output: '8', points: 1 },
          { expected_output: '9', points: 7 },
        ],
      },
    );
    const { submission_id } = await call<{ submission_id: number }>('POST', '/submissions', {
      problem_id,
      source_code: 'x',
    });
    const result: GradingResult = {
      overallStatus: 'Wrong Answer',
      results: [
        {
          testCaseId: test_case_ids[0] ?? 0,
          status: 'Accepted',
          executionTimeMs: 2,
          memoryUsedKb: 3_404,
          outputReceived: '8',
          errorMessage: null,
        },
        {
          testCaseId: test_case_ids[1] ?? 0,
          status: 'Wrong Answer',
          executionTimeMs: 2,
          memoryUsedKb: 3_412,
          outputReceived: 'NUL \0',
          errorMessage: null,
        },
      ],
    };
    expect(await client(backend.url).postResult(submission_id, result, signal)).toBe('accepted');
    expect(await call('GET', `/submissions/${submission_id}`)).toMatchObject({
      status: 'Wrong Answer',
      // round(12.5) of Python
      score: 12,
      results: [
        {
          test_case_id: test_case_ids[0],
          status: 'Accepted',
          execution_time_ms: 2,
          memory_used_kb: 3_404,
          output_received: '8',
          error_message: null,
        },
        { output_received: 'NUL \uFFFD' },
      ],
    });
  });

  test('a submission that does not exist is not found', async () => {
    expect(await client(backend.url).postResult(999_999, accepted, signal)).toBe('not-found');
  });

  test('a 404 of a wrong path is not taken for that', async () => {
    const wrong = createBackendClient({
      baseUrl: new Secret(backend.url),
      resultPath: '/api/{submission_id}',
    });
    await expect(wrong.postResult(1, accepted, signal)).rejects.toMatchObject({
      type: 'BackendWrongAddress',
      status: 404,
    });
  });

  test('the backend refuses what PostgreSQL cannot store with 400', async () => {
    const { problem_id } = await call<{ problem_id: number }>('POST', '/problems', { title: 'One' });
    const { submission_id } = await call<{ submission_id: number }>('POST', '/submissions', {
      problem_id,
      source_code: 'x',
    });
    const response = await fetch(`${backend.url}/internal/submissions/${submission_id}/result`, {
      method: 'POST',
      body: JSON.stringify({
        overall_status: 'System Error',
        results: [{ status: 'System Error', output_received: 'a\0' }],
      }),
    });
    expect(response.status).toBe(400);
    expect(await call('GET', `/submissions/${submission_id}`)).toMatchObject({
      status: 'Pending',
      results: [],
    });
  });

  test('it publishes exactly as the platform does', async () => {
    const { problem_id } = await call<{ problem_id: number }>('POST', '/problems', { title: 'One' });
    await withQueue(async (channel) => {
      await channel.purgeQueue(queue);
      const { submission_id } = await call<{ submission_id: number }>('POST', '/submissions', {
        problem_id,
        source_code: 'x',
      });
      const message = await channel.get(queue, { noAck: true });
      if (!message) throw new Error('nothing was published');
      expect(message.content.toString()).toBe(`{"submission_id":${submission_id}}`);
      const set = Object.entries(message.properties).filter(([, value]) => value !== undefined);
      expect(Object.fromEntries(set)).toEqual({ deliveryMode: 2, headers: {} });
      expect(message.fields).toMatchObject({ exchange: '', routingKey: queue });
    });
  });

  test('with the broker down a submission is kept and can be published later', async () => {
    const lonely = await startReferenceBackend({
      databaseUrl: database.url,
      amqpUrl: 'amqp://guest:guest@127.0.0.1:1/',
      queue,
      port: 0,
    });
    const { problem_id } = await call<{ problem_id: number }>('POST', '/problems', { title: 'One' });
    const response = await fetch(`${lonely.url}/submissions`, {
      method: 'POST',
      body: JSON.stringify({ problem_id, source_code: 'x' }),
    });
    const { submission_id } = (await response.json()) as { submission_id: number };
    await lonely.close();
    expect(response.status).toBe(503);
    expect(await call('GET', `/submissions/${submission_id}`)).toMatchObject({ status: 'Pending' });
    expect(await call('POST', `/submissions/${submission_id}/publish`)).toEqual({ submission_id });
  });
});

describe('against a backend in trouble', () => {
  test.each([
    [400, 'BackendRejectedResult'],
    [422, 'BackendRejectedResult'],
    [401, 'BackendWrongAddress'],
    [302, 'BackendWrongAddress'],
    [429, 'BackendUnavailable'],
    [500, 'BackendUnavailable'],
    [503, 'BackendUnavailable'],
  ])('a %i is thrown as %s, with what it said', async (status, type) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end('{"msg": "because of this"}');
    });
    await expect(client(url).postResult(7, accepted, signal)).rejects.toMatchObject({
      type,
      status,
      message: expect.stringContaining('because of this'),
    });
  });

  test('a 404 page of a proxy is not taken for a missing submission', async () => {
    const url = await serve(
      (_request, response) => void response.writeHead(404).end('<html>Not Found</html>'),
    );
    await expect(client(url).postResult(7, accepted, signal)).rejects.toMatchObject({
      type: 'BackendWrongAddress',
    });
  });

  test('no answer ends at the time limit', async () => {
    const url = await serve(() => undefined);
    const hasty = createBackendClient({ baseUrl: new Secret(url), resultPath, timeoutMs: 200 });
    await expect(hasty.postResult(7, accepted, signal)).rejects.toMatchObject({
      type: 'BackendUnreachable',
      message: expect.stringContaining('no answer within 200 ms'),
    });
  });

  test('no listener is told with address and next command', async () => {
    const url = await serve(() => undefined);
    const closed = servers.pop();
    closed?.close();
    const { host } = new URL(url);
    await expect(client(url).postResult(7, accepted, signal)).rejects.toThrow(
      new RegExp(`${host}.*ECONNREFUSED.*curl -i ${url}`),
    );
  });

  test("the caller's signal ends it with the caller's reason", async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const posting = client(url).postResult(7, accepted, controller.signal);
    controller.abort(new Error('cancelled by the workflow'));
    await expect(posting).rejects.toThrow('cancelled by the workflow');
  });

  test('an attempt that is over by the time it is connected sends nothing', async () => {
    let requests = 0;
    let connections = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(200).end(contractAnswer);
    });
    servers.at(-1)?.on('connection', () => {
      connections += 1;
    });
    const expired = {
      assertCurrent: () => {
        throw new Error('this attempt is over');
      },
    };
    await expect(client(url).postResult(7, accepted, signal, expired)).rejects.toThrow(
      /^this attempt is over$/,
    );
    await expect.poll(() => connections).toBe(1);
    expect(requests).toBe(0);
    await client(url).postResult(7, accepted, signal, { assertCurrent: () => undefined });
    expect(requests).toBe(1);
  });

  test('credentials in BACKEND_API_URL become a header', async () => {
    let seen: string | undefined;
    const url = await serve((request, response) => {
      seen = request.headers.authorization;
      response.writeHead(200).end(contractAnswer);
    });
    await client(url.replace('//', '//user:p%40ss@')).postResult(7, accepted, signal);
    expect(seen).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  });
});

const contractAnswer = '{"msg":"Result updated successfully"}\n';
const accepted: GradingResult = { overallStatus: 'Accepted', results: [] };

function client(url: string) {
  return createBackendClient({ baseUrl: new Secret(url), resultPath });
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function call<Body>(method: string, path: string, body?: object): Promise<Body> {
  const response = await fetch(backend.url + path, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}

async function withQueue<Result>(
  use: (channel: import('amqplib').Channel) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(testServices().amqpUrl);
  try {
    const channel = await connection.createChannel();
    return await use(channel);
  } finally {
    await connection.close();
  }
}
