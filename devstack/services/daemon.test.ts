import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startDaemon } from './daemon.js';
import type { ProcessRecord } from './state.js';
import { stopProcess } from './stop-process.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'grader-daemon-'));
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

// A cluster that reads its data again after a crash was stopped after a minute, and so it began again for ever.
it('waits minutes for a daemon that works on its start, and says what it does', async () => {
  const log = join(directory, 'log');
  const marker = join(directory, 'wrote');
  const started: ProcessRecord[] = [];
  const said: string[] = [];
  let looks = 0;
  const program = `console.log('reading page 1'); console.log('reading page 2');
    require('node:fs').writeFileSync(${JSON.stringify(marker)}, ''); setInterval(() => {}, 1000);`;
  await startDaemon(
    {
      name: 'slow',
      command: [process.execPath, '-e', program],
      environment: {},
      workingDirectory: directory,
      logFile: log,
      stopSignal: 'SIGTERM',
      isReady: async () => {
        if (!existsSync(marker)) return false;
        vi.setSystemTime(Date.now() + 60_000);
        looks += 1;
        return looks === 6;
      },
    },
    (process) => started.push(process),
    (text) => said.push(text),
  );
  expect(said).toEqual(Array.from({ length: 5 }, () => 'still starting: reading page 2'));
  for (const process of started) await stopProcess(process);
});
