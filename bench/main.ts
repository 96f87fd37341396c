import { runProgram } from '../platform/terminal/run-program.js';
import { createBenchProgram } from './commands.js';

await runProgram(createBenchProgram());
