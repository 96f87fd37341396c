import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { errorText } from '../../../domain/errors/error-text.js';
import type { TemporalSettings } from '../../../platform/settings/settings.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient, workerConnectionOptions } from '../../../platform/temporal/connection.js';
import { connectWorker } from '../../../workers/connect.js';
import { testServices } from '../services-fixture.js';
import type { Certificates, TlsFront, TlsFrontOptions } from './tls-front.js';
import { makeCertificates, startTlsFront } from './tls-front.js';

let certificates: Certificates;
let front: TlsFront | undefined;

beforeAll(() => {
  certificates = makeCertificates();
});

afterAll(() => certificates.remove());

afterEach(async () => {
  await front?.close();
  front = undefined;
});

describe('a Temporal server behind TLS', () => {
  test('is reached by clients and workers that know its authority', async () => {
    const settings = await behind({}, { TEMPORAL_TLS_CA: certificates.authority });
    await expectBothConnect(settings);
  });

  test('is not trusted when its authority is not known', async () => {
    const settings = await behind({}, { TEMPORAL_TLS: 'true' });
    await expectNeitherConnects(settings);
  });

  test('that demands certificates is reached with TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY', async () => {
    const settings = await behind(
      { demandCertificate: true },
      {
        TEMPORAL_TLS_CA: certificates.authority,
        TEMPORAL_TLS_CERT: certificates.clientCertificate,
        TEMPORAL_TLS_KEY: certificates.clientKey,
      },
    );
    await expectBothConnect(settings);
  });

  test('that demands certificates refuses who has none', async () => {
    const settings = await behind({ demandCertificate: true }, { TEMPORAL_TLS_CA: certificates.authority });
    await expectNeitherConnects(settings);
  });

  test('that demands an API key is reached with TEMPORAL_API_KEY', async () => {
    const settings = await behind(
      { apiKey: 'key-of-the-test' },
      { TEMPORAL_TLS_CA: certificates.authority, TEMPORAL_API_KEY: 'key-of-the-test' },
    );
    await expectBothConnect(settings);
  });

  test('refuses a wrong API key without saying it', async () => {
    const settings = await behind(
      { apiKey: 'key-of-the-test' },
      { TEMPORAL_TLS_CA: certificates.authority, TEMPORAL_API_KEY: 'another-key' },
    );
    const error = await clientError(settings);
    expect(error).toMatch(/TEMPORAL_API_KEY/);
    expect(error).not.toContain('another-key');
  });
});

test('a certificate without its key is a clear mistake', () => {
  const settings = temporalSettings('127.0.0.1:7233', { TEMPORAL_TLS_CERT: certificates.clientCertificate });
  expect(() => createTemporalClient(settings)).toThrow(
    /TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY belong together/,
  );
});

async function behind(
  options: Omit<TlsFrontOptions, 'certificates' | 'target'>,
  env: Record<string, string>,
): Promise<TemporalSettings> {
  front = await startTlsFront({ certificates, target: testServices().temporalAddress, ...options });
  return temporalSettings(front.address, env);
}

function temporalSettings(address: string, env: Record<string, string>): TemporalSettings {
  return loadSettings({ ...env, TEMPORAL_ADDRESS: address }).temporal;
}

async function expectBothConnect(settings: TemporalSettings): Promise<void> {
  expect(await clientError(settings)).toBe('');
  const worker = await connectWorker(workerConnectionOptions(settings));
  await worker.close();
}

async function expectNeitherConnects(settings: TemporalSettings): Promise<void> {
  expect(await clientError(settings)).toMatch(/Failed to connect to Temporal at/);
  await expect(connectWorker(workerConnectionOptions(settings))).rejects.toThrow(
    /Failed to connect to Temporal at/,
  );
}

/** What a client's first call fails with; empty when it succeeds. */
async function clientError(settings: TemporalSettings): Promise<string> {
  const temporal = createTemporalClient(settings);
  try {
    await temporal.check(3_000);
    return '';
  } catch (error) {
    return errorText(error);
  } finally {
    await temporal.close();
  }
}
