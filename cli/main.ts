import { isMain } from '../platform/process/is-main.js';
import { runCommand, runProgram } from '../platform/terminal/run-program.js';
import { createProgram } from './program.js';

// For tests, which run many commands in one process.
export { createProgram, runCommand };

if (isMain(import.meta.url)) await runProgram(createProgram());
