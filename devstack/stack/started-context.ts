import { rmSync } from 'node:fs';
import {
  noContexts,
  readContexts,
  startedContextsPath,
  writeContexts,
} from '../../platform/context/contexts-file.js';
import { addressesIn } from '../../platform/context/find-platform.js';
import { loadEnvFile } from '../../platform/process/env-file.js';
import { projectRoot } from '../project-root.js';

/**
 * Lets the operators' commands find what was started in this checkout, with nothing exported. A demo that runs stays the
 * one they speak of, whatever else is started beside it.
 */
export function noteStarted(
  name: 'up' | 'demo',
  settings: Readonly<Record<string, string>>,
  isDemoRunning = false,
): void {
  const { current, contexts } = read();
  // An address that was set by hand is of this platform, in whatever form it was given.
  const byHand = addressesIn(loadEnvFile(process.env, projectRoot));
  writeContexts(startedContextsPath(), {
    current: isDemoRunning ? current : name,
    contexts: { ...contexts, [name]: { settings: { ...byHand, ...settings } } },
  });
}

export function forgetStarted(): void {
  rmSync(startedContextsPath(), { force: true });
}

/** One of another version is of no use to anybody. */
function read() {
  try {
    return readContexts(startedContextsPath());
  } catch {
    return noContexts;
  }
}
