import { parseArgs } from 'node:util';
import { provideServices } from '../../devstack/services/index.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';
import type { FuzzResult } from './fuzz-runner.js';
import { FuzzFinding, fuzzRunner } from './fuzz-runner.js';

// npm run fuzz -- [--minutes M] [--streams N] [--seed S]: hostile input to the runner, until time is over or it fails.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    streams: { type: 'string', default: 'Infinity' },
  },
});
const [minutes, seed, streams] = [Number(values.minutes), Number(values.seed), Number(values.streams)];
if (!(minutes > 0) || !Number.isInteger(seed) || !(streams > 0)) {
  process.stderr.write(
    'Usage: npm run fuzz -- [--minutes M] [--streams N] [--seed S], all of them numbers.\n',
  );
  process.exit(2);
}
const engine = await provideServices({ only: ['docker', 'image'] });
process.stdout.write(`seed ${seed}\n`);
const say = (result: FuzzResult) => process.stdout.write(`${JSON.stringify(result)}\n`);
let saidAt = 0;
try {
  const result = await fuzzRunner({
    docker: connectDocker(dockerAddress(engine.dockerHost)),
    image: engine.image,
    seed,
    milliseconds: minutes * 60_000,
    streams,
    onProgress: (progress) => {
      if (progress.seconds < saidAt + 30) return;
      saidAt = progress.seconds;
      say(progress);
    },
  });
  say(result);
  process.stdout.write('no finding\n');
} catch (error) {
  if (!(error instanceof FuzzFinding)) throw error;
  process.stderr.write(`FINDING: ${error.message}\n`);
  process.exitCode = 1;
}
