import { createProgram } from './program.js';
import { renderError } from './render-error.js';

try {
  await createProgram().parseAsync();
} catch (error) {
  process.stderr.write(`\n${renderError(error)}\n`);
  process.exitCode = 1;
}
