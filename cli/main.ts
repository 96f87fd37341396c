import { runProgram } from '../platform/terminal/run-program.js';
import { createProgram } from './program.js';

await runProgram(createProgram());
