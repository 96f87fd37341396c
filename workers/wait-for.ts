import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../domain/errors/error-text.js';
import type { Logger } from '../platform/process/logger.js';
import { SettingsError } from '../platform/settings/settings-error.js';

/**
 * Repeats `open` until it succeeds: a worker may start before the services it needs.
 * @returns undefined when the signal comes first.
 * @throws SettingsError: waiting does not correct a setting.
 */
export async function waitFor<Resource>(
  service: string,
  open: () => Promise<Resource>,
  log: Logger,
  signal: AbortSignal,
  retryInMs = 3000,
): Promise<Resource | undefined> {
  while (!signal.aborted) {
    try {
      return await open();
    } catch (error) {
      if (error instanceof SettingsError) throw error;
      const reason = errorText(error);
      log.warn(
        { service, reason, retryInMs },
        'a service this worker needs is not available; waiting for it',
      );
    }
    await sleep(retryInMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
