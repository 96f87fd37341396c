import { expect, it } from 'vitest';
import { createLogger } from '../platform/process/logger.js';
import { loadSettings } from '../platform/settings/settings.js';
import { SettingsError } from '../platform/settings/settings-error.js';
import { prepareTemporal } from './prepare-temporal.js';
import { waitFor } from './wait-for.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const never = new AbortController().signal;

it('waits for a service that is not there yet', async () => {
  let tries = 0;
  const open = async () => {
    tries += 1;
    if (tries < 3) throw new Error('not there');
    return 'there';
  };
  expect(await waitFor('service', open, log, never, 1)).toBe('there');
});

it('ends when it is told to', async () => {
  const stop = new AbortController();
  const waiting = waitFor('service', () => Promise.reject(new Error('not there')), log, stop.signal, 60_000);
  stop.abort();
  expect(await waiting).toBeUndefined();
});

it('does not wait for a TLS file to mend itself', async () => {
  const settings = loadSettings({ TEMPORAL_TLS_CA: '/nonexistent/ca.pem' });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  const waiting = waitFor(
    'temporal',
    () => prepareTemporal(settings, log, { look: async () => undefined }),
    log,
    stop.signal,
    10,
  );
  await expect(waiting).rejects.toThrow(SettingsError);
});
