import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

// For every file that needs the services: `./grader test` brings them up while the unit tests run, and writes where they
// are. Without it the variables are set by hand, or the tests say which are missing.
/** A first start on a fresh machine makes an image; a start that fails ends the tests. */
const deadline = Date.now() + 30 * 60_000;

const file = process.env.GRADER_TEST_SERVICES_FILE;
if (file) {
  while (!existsSync(file)) {
    if (Date.now() > deadline) throw new Error(`The services are not up: ${file} was never written.`);
    await sleep(200);
  }
  Object.assign(process.env, JSON.parse(readFileSync(file, 'utf8')));
}
