export { dockerAddress } from './docker.js';
export { LeaseLostError } from './errors.js';
export type { Logger } from './logger.js';
export type { Sandbox, SandboxOptions, SandboxStats } from './sandbox.js';
export { createSandbox } from './sandbox.js';
