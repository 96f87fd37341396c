// Runs operators' commands one after the other: most of a command's processor time is the loading of its program.
// Started by grader-command.ts, with the directory of the build; each message is a command.
const build = process.argv[2];
const { createProgram, runCommand } = await import(`${build}/cli.js`);

let said;
let beganAt;
let isRunning = false;

function begin() {
  said = { stdout: '', stderr: '', firstOutputMs: Number.POSITIVE_INFINITY };
  beganAt = performance.now();
}
const elapsedMs = () => Math.round(performance.now() - beganAt);
begin();

for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, ...rest) => {
    said[name] += chunk;
    said.firstOutputMs = Math.min(said.firstOutputMs, elapsedMs());
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
}
// Whether anything was said decides whether a slow command says that it still waits.
Object.defineProperty(process.stdout, 'bytesWritten', { get: () => said.stdout.length });

function answer(status, isLast) {
  isRunning = false;
  process.send({ status, isLast, endedMs: elapsedMs(), ...said });
}

// A command may end its process itself.
process.on('exit', (code) => {
  if (isRunning) answer(code, true);
});
process.on('disconnect', () => process.exit());
process.on('message', async ({ words, environment }) => {
  isRunning = true;
  begin();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  process.exitCode = undefined;
  process.argv = [process.execPath, 'grader', ...words];
  await runCommand(createProgram());
  const status = process.exitCode ?? 0;
  process.exitCode = undefined;
  answer(status, false);
});
process.send('ready');
