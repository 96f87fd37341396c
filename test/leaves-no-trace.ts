import { afterAll, expect, vi } from 'vitest';

// Files of unit tests share processes, and all modules in them: what one leaves behind, the next would start with.
const found = stateOfProcess();

afterAll(() => {
  expect(stateOfProcess(), 'what this file of tests leaves behind').toEqual(found);
});

function stateOfProcess() {
  return {
    environment: { ...process.env },
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
