import { once } from 'node:events';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { loadSettings } from '../settings/settings.js';
import { createTemporalClient } from './connection.js';
import { grpcStatus } from './grpc-status.js';

/** Answers each call with this status and these words, so late. @returns how often it was asked, once `body` is over. */
async function withRefusingServer(
  status: number,
  body: (address: string) => Promise<void>,
  lateMs = 0,
): Promise<number> {
  const sessions = new Set<ServerHttp2Session>();
  let asked = 0;
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    asked += 1;
    stream.on('error', () => undefined);
    setTimeout(refuse, lateMs, stream);
  });
  const refuse = (stream: ServerHttp2Stream) => {
    if (stream.closed) return;
    const answer = { 'grpc-status': String(status), 'grpc-message': 'shard is moving' };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...answer }, { endStream: true });
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await body(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const session of sessions) session.destroy();
    server.close();
  }
  return asked;
}

test('a proxy of the environment, which neither workers nor the other services go by, is no way to Temporal', async () => {
  const { http_proxy: before } = process.env;
  process.env.http_proxy = 'http://127.0.0.1:9';
  try {
    await withRefusingServer(grpcStatus.unimplemented, async (address) => {
      const temporal = createTemporalClient({ ...loadSettings({}).temporal, address });
      await expect(temporal.check(2_000)).rejects.toThrow('shard is moving');
      await temporal.close();
    });
  } finally {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  }
});

test.each([
  ['unavailable', grpcStatus.unavailable],
  ['limits its callers', grpcStatus.resourceExhausted],
])('a server that says for the whole time of a call that it %s is quoted', async (_what, status) => {
  const asked = await withRefusingServer(status, async (address) => {
    const temporal = createTemporalClient({ ...loadSettings({}).temporal, address });
    const { connection } = temporal;
    const calling = connection.withDeadline(Date.now() + 3_000, () =>
      connection.workflowService.getSystemInfo({}),
    );
    await expect(calling).rejects.toMatchObject({ code: status, details: 'shard is moving' });
    await temporal.close();
  });
  expect(asked).toBeGreaterThan(1);
});

test('a server that needs a while to refuse is quoted whenever the time is up', async () => {
  await withRefusingServer(
    grpcStatus.unavailable,
    async (address) => {
      const temporal = createTemporalClient({ ...loadSettings({}).temporal, address });
      const { connection } = temporal;
      const calls = Array.from({ length: 16 }, (_, index) =>
        connection.withDeadline(Date.now() + 1_500 + 100 * index, () =>
          connection.workflowService.getSystemInfo({}),
        ),
      );
      const codes = (await Promise.allSettled(calls)).map((call) =>
        call.status === 'rejected' ? call.reason.code : call.status,
      );
      expect(new Set(codes)).toEqual(new Set([grpcStatus.unavailable]));
      await temporal.close();
    },
    300,
  );
});
