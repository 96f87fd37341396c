import { functionCppFlags } from '../domain/function-mode/function-program.js';
import { gradingRules } from '../domain/judging/grading-profile.js';
import type { Logger } from '../platform/process/logger.js';
import type { SettingsOf } from '../platform/settings/settings.js';
import type { Sandbox } from '../sandbox/index.js';
import { createSandbox, dockerAddress } from '../sandbox/index.js';

export type OpenSandbox = (
  settings: SettingsOf<'sandbox' | 'host' | 'grading'>,
  log: Logger,
) => Promise<Sandbox>;

/** This host's containers. They are made in the background: while Docker is down, no submission is taken. */
export const openSandbox: OpenSandbox = (settings, log) =>
  createSandbox({
    docker: dockerAddress(settings.dockerHost),
    image: settings.dockerImage,
    runtime: settings.sandboxRuntime,
    cppFlagSets: [gradingRules(settings.gradingProfile, 'cpp').cppFlags, functionCppFlags],
    poolSize: settings.containerPoolSize,
    hostId: settings.hostId,
    cores: settings.runConcurrency,
    leaseTtlMs: settings.leaseTtlMs,
    leaseIdleMs: settings.leaseIdleMs,
    log,
  });
