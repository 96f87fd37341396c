import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectDocker } from '../../../sandbox/docker.js';
import { encodeFrame, FrameKind } from '../../../sandbox/frames.js';
import { decodeOutcome, encodeRun } from '../../../sandbox/runner-messages.js';
import type { BuiltRunner } from '../../built-runner.js';
import { buildRunner, startBuiltRunner } from '../../built-runner.js';
import { generousLimits, testDocker, testImage } from '../docker-fixture.js';

let runner: BuiltRunner;
beforeEach(async () => {
  const docker = connectDocker(testDocker);
  const name = 'slow-read.c';
  const built = await buildRunner(docker, testImage, {
    flags: ['-O2', '-Wl,--wrap=read'],
    sources: [{ name, content: await readFile(path.join(import.meta.dirname, name)) }],
  });
  runner = await startBuiltRunner(docker, testImage, built);
});
afterEach(() => runner.remove());

async function run(id: number, shell: string) {
  const request = { argv: ['sh', '-c', shell], stdin: new Uint8Array(), limits: generousLimits };
  runner.write(encodeFrame(FrameKind.Run, id, encodeRun(request)));
  await expect.poll(() => runner.received.length).toBe(id);
  const [reply] = runner.received.slice(-1);
  return decodeOutcome(reply?.payload ?? new Uint8Array()).outcome;
}

it('ends a program no earlier than it began when the host stops the runner over the signal of an earlier one’s child', async () => {
  // The child is killed and reaped at the end of the first; its signal stays, and wakes the runner in the second.
  expect(await run(1, 'sleep 60 & exit 0')).toMatchObject({ end: 'exited', exitCode: 0 });
  const second = await run(2, 'exit 0');
  expect(second).toMatchObject({ end: 'exited', exitCode: 0 });
  expect(second.wallMs).toBeLessThan(5_000);
});
