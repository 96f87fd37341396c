import { runProgram } from '../platform/terminal/run-program.js';
import { createDevelopmentProgram } from './program.js';

// What `./grader` starts in a checkout: the operators' commands and those of the development stack.
await runProgram(createDevelopmentProgram());
