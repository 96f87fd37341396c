import { runService } from '../platform/process/run-service.js';
import { openSandbox } from './open-sandbox.js';
import { runWorkerProcess } from './worker-process.js';

/** Containers are gone by then, or their runners end with this process. */
const lastResortMs = 14_000;

await runService({
  name: 'worker',
  lastResortMs: () => lastResortMs,
  run: (service) => runWorkerProcess(service, openSandbox),
});
