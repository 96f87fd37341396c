export type { Reservation } from './capacity.js';
export type { DockerAddress } from './docker.js';
export { dockerAddress } from './docker.js';
export type { SandboxErrorCode } from './errors.js';
export {
  LeaseLostError,
  RunnerFailedError,
  RunnerRefusedError,
  SandboxError,
  SandboxUnavailableError,
} from './errors.js';
export type { Logger } from './logger.js';
export type { RunnerSources } from './runner-messages.js';
export type { Sandbox, SandboxOptions, SandboxStats } from './sandbox.js';
export { createSandbox } from './sandbox.js';
