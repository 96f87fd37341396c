import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeCheckout } from './checkout.js';
import { listensOn, providePrivate } from './private-instance.js';
import type { Provision } from './provision.js';
import { openState } from './state.js';
import { stopProcess } from './stop-process.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'grader-instance-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('starts on other ports when another program takes one between the choice and the start', async () => {
  const checkout = describeCheckout(root);
  const state = openState(checkout.stateFile);
  const stranger = createServer();
  const said: string[] = [];
  const progress = { step: (_: string, text: string) => said.push(text), done: () => undefined };
  const record = await providePrivate({ checkout, state, progress } as unknown as Provision, {
    service: 'echo',
    strategy: 'private server',
    portPurposes: ['main'],
    dataDirectories: [join(root, 'data')],
    address: ({ main }) => `127.0.0.1:${main}`,
    prepare: async ({ main = 0 }) => {
      if (!stranger.listening) await once(stranger.listen(main, '127.0.0.1'), 'listening');
      return [server(root, main)];
    },
    isAnswering: async () => true,
  });
  expect(said).toContain('another program took one of its ports; starting on others');
  const { port } = stranger.address() as { port: number };
  expect(record.ports.main).not.toBe(port);
  expect(await listensOn(record.ports.main)()).toBe(true);
  expect(state.service('echo')).toEqual(record);
  for (const process of record.processes) await stopProcess(process);
  stranger.close();
});

const program = `
  const [port, log] = process.argv.slice(1);
  const server = require('node:net').createServer().listen(Number(port), '127.0.0.1');
  server.once('listening', () => require('node:fs').writeFileSync(log + '.ready', ''));
`;

function server(directory: string, port: number) {
  const log = join(directory, `${port}.log`);
  return {
    name: 'echo',
    command: [process.execPath, '-e', program, String(port), log] as [string, ...string[]],
    environment: {},
    workingDirectory: directory,
    logFile: log,
    stopSignal: 'SIGTERM' as const,
    // What it wrote itself: the stranger listens on the port, too.
    isReady: async () => existsSync(`${log}.ready`),
  };
}
