import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificates } from '../../test/integration/platform/tls-front.js';
import { makeCertificates } from '../../test/integration/platform/tls-front.js';
import { loadSettings } from '../settings/settings.js';
import { SettingsError } from '../settings/settings-error.js';
import { tlsConfig } from './tls-config.js';

let certificates: Certificates;
let noPem: string;
let broken: string;
let der: string;
let locked: string;

beforeAll(() => {
  certificates = makeCertificates();
  const { clientCertificate, clientKey, authority } = certificates;
  const path = (name: string) => join(dirname(authority), name);
  noPem = path('no-pem');
  writeFileSync(noPem, 'what is this?\n');
  broken = path('broken.pem');
  writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  der = path('client.der');
  execFileSync('openssl', ['x509', '-in', clientCertificate, '-outform', 'der', '-out', der]);
  locked = path('locked.key');
  execFileSync('openssl', ['pkey', '-in', clientKey, '-aes256', '-passout', 'pass:x', '-out', locked]);
});

afterAll(() => certificates.remove());

it('takes a certificate with its key, and an authority', () => {
  const { authority, clientCertificate, clientKey } = certificates;
  const { serverRootCACertificate, clientCertPair } = configOf({
    TEMPORAL_TLS_CA: authority,
    TEMPORAL_TLS_CERT: clientCertificate,
    TEMPORAL_TLS_KEY: clientKey,
  });
  expect(serverRootCACertificate?.toString()).toContain('BEGIN CERTIFICATE');
  expect(clientCertPair?.key.toString()).toContain('BEGIN PRIVATE KEY');
});

it('is off where nothing asks for it', () => {
  expect(tlsConfig(loadSettings({}).temporal)).toBe(false);
});

describe('is refused, with the variable, the file and a remedy, for', () => {
  it.each([
    [
      'an authority that is not there',
      () => ca('/nonexistent.pem'),
      /^TEMPORAL_TLS_CA names \/nonexistent\.pem, which cannot be read \(ENOENT.*Check with: ls -l \/nonexistent\.pem$/,
    ],
    [
      'an authority that is no PEM',
      () => ca(noPem),
      /^TEMPORAL_TLS_CA names .*no-pem, which is not PEM.*Check with: head -c 100 /,
    ],
    [
      'an authority that is broken',
      () => ca(broken),
      /^TEMPORAL_TLS_CA names .*, which holds no certificate.*openssl x509 -noout/,
    ],
    [
      'a certificate in another form',
      () => pair({ cert: der }),
      /^TEMPORAL_TLS_CERT names .*client\.der, which is not PEM/,
    ],
    [
      'a key in place of the certificate',
      () => pair({ cert: certificates.clientKey }),
      /^TEMPORAL_TLS_CERT names .*is not PEM/,
    ],
    [
      'a key with a password',
      () => pair({ key: locked }),
      /^TEMPORAL_TLS_KEY names .*locked\.key, which holds no key that can be read without/,
    ],
    [
      'the key of another certificate',
      () => pair({ key: certificates.serverKey }),
      /^TEMPORAL_TLS_KEY names .*server\.key, which is not the key of the certificate .*client\.pem.*must print the same/,
    ],
    [
      'a certificate without its key',
      () => ({ TEMPORAL_TLS_CERT: certificates.clientCertificate }),
      /belong together/,
    ],
  ] as const)('%s', (_what, env, message) => {
    const attempt = () => configOf(env());
    expect(attempt).toThrow(SettingsError);
    expect(attempt).toThrow(message);
  });
});

function ca(path: string): Record<string, string> {
  return { TEMPORAL_TLS_CA: path };
}

function pair(other: { readonly cert?: string; readonly key?: string }): Record<string, string> {
  const { cert = certificates.clientCertificate, key = certificates.clientKey } = other;
  return { TEMPORAL_TLS_CERT: cert, TEMPORAL_TLS_KEY: key };
}

function configOf(env: Record<string, string>) {
  const config = tlsConfig(loadSettings(env).temporal);
  if (config === false) throw new Error('TLS is off');
  return config;
}
