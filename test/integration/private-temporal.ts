import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import getPort from 'get-port';
import { projectRoot } from '../../devstack/project-root.js';
import { describeCheckout } from '../../devstack/services/checkout.js';

/** A Temporal server of one test's own, in memory: what the others use must not be harmed. */
export interface PrivateTemporal {
  readonly address: string;
  readonly pid: () => number;
  /** Ends the server and starts it anew at the same address, with an empty database. */
  restartEmpty(downMs?: number): Promise<void>;
  deleteNamespace(namespace: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startPrivateTemporal(): Promise<PrivateTemporal> {
  const port = await getPort();
  const address = `127.0.0.1:${port}`;
  let server = await start(port, address);
  return {
    address,
    pid: () => server.pid ?? 0,
    async restartEmpty(downMs = 0) {
      await end(server);
      await new Promise((resolve) => setTimeout(resolve, downMs));
      server = await start(port, address);
    },
    async deleteNamespace(namespace) {
      await withConnection(address, (connection) =>
        connection.operatorService.deleteNamespace({ namespace, namespaceDeleteDelay: msToTs(1) }),
      );
    },
    stop: () => end(server),
  };
}

async function start(port: number, address: string): Promise<ChildProcess> {
  const fetched = join(describeCheckout(projectRoot).binDirectory, 'temporal');
  const program = existsSync(fetched) ? fetched : 'temporal';
  const child = spawn(
    program,
    [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--headless'],
      ...[
        '--log-level',
        'error',
        '--dynamic-config-value',
        'system.forceSearchAttributesCacheRefreshOnRead=true',
      ],
    ],
    { stdio: 'ignore' },
  );
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await withConnection(address, (connection) => connection.workflowService.getSystemInfo({}));
      return child;
    } catch (error) {
      if (Date.now() > deadline || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}

async function withConnection<Result>(
  address: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = Connection.lazy({ address });
  try {
    return await connection.withDeadline(Date.now() + 10_000, () => use(connection));
  } finally {
    await connection.close();
  }
}
