import { afterAll, expect, vi } from 'vitest';

// Files of tests share processes, and all modules in them: what one leaves behind, the next would start with.
const found = stateOfProcess();

const environment = { ...process.env };

afterAll(() => {
  const names = Object.keys({ ...environment, ...process.env });
  // Names alone: the log of a failure is read by others.
  const changed = names.filter((name) => process.env[name] !== environment[name]);
  expect({ changed, ...stateOfProcess() }, 'what this file of tests leaves behind').toEqual({
    changed: [],
    ...found,
  });
});

function stateOfProcess() {
  return {
    exitCode: process.exitCode ?? 0,
    hasFakeTimers: vi.isFakeTimers(),
    spiedOn: [process, process.stdout, process.stderr].flatMap((object) =>
      Object.entries(object)
        .filter(([, value]) => vi.isMockFunction(value))
        .map(([name]) => name),
    ),
    workingDirectory: process.cwd(),
  };
}
