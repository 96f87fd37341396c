/** A worker process that takes a lease, starts a long command and is never shut down: the test kills it. */
import { createSandbox } from '../../../sandbox/index.js';
import { generousLimits, never, testDocker, testImage } from '../docker-fixture.js';

const quiet = () => {};
const sandbox = await createSandbox({
  docker: testDocker,
  image: testImage,
  poolSize: 2,
  hostId: process.argv[2] ?? 'abandoned',
  cores: 2,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
const lease = await sandbox.acquire({ submissionId: 1, signal: never });
const execution = sandbox
  .container(lease.leaseId)
  .execute({ argv: ['sleep', '30'], stdin: new Uint8Array(), limits: generousLimits }, never);
process.stdout.write('running\n');
await execution;
