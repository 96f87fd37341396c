import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { usesNoSandbox } from './no-sandbox.js';

// For every file that needs the services: `./grader test` brings them up while the unit tests run, and writes where they
// are; the sandbox's image comes minutes later on a fresh machine. Without it the variables are set by hand, or the tests
// say which are missing.
/** A start that fails ends the tests. */
const deadline = Date.now() + 30 * 60_000;

const file = process.env.GRADER_TEST_SERVICES_FILE;
if (file) {
  const needed = usesNoSandbox(expect.getState().testPath ?? '')
    ? 'GRADER_TEST_TEMPORAL_ADDRESS'
    : 'GRADER_TEST_IMAGE';
  while (process.env[needed] === undefined) {
    if (Date.now() > deadline) throw new Error(`The services are not up: ${file} never told ${needed}.`);
    if (existsSync(file)) Object.assign(process.env, JSON.parse(readFileSync(file, 'utf8')));
    if (process.env[needed] === undefined) await sleep(200);
  }
}
