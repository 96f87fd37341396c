import type { KeyObject } from 'node:crypto';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TLSConfig } from '@temporalio/client';
import type { TemporalSettings } from '../settings/settings.js';
import { SettingsError } from '../settings/settings-error.js';

/**
 * Reads the files and tries them: gRPC would only say that no connection can be had, as of a server that is down.
 * @throws SettingsError that names the variable, the file, what is wrong with it and the command that shows it.
 */
export function tlsConfig({ tls, tlsCertPath, tlsKeyPath, tlsCaPath }: TemporalSettings): TLSConfig | false {
  if (!tls) return false;
  if ((tlsCertPath === undefined) !== (tlsKeyPath === undefined)) {
    throw new SettingsError(
      ['TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY'],
      'TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY belong together: set both, or neither.',
    );
  }
  return {
    ...(tlsCaPath && { serverRootCACertificate: certificate('TEMPORAL_TLS_CA', tlsCaPath).pem }),
    ...(tlsCertPath && tlsKeyPath && { clientCertPair: certificatePair(tlsCertPath, tlsKeyPath) }),
  };
}

function certificatePair(certPath: string, keyPath: string): { crt: Buffer; key: Buffer } {
  const { pem: crt, parsed } = certificate('TEMPORAL_TLS_CERT', certPath);
  const { pem: key, parsed: privateKey } = keyOf('TEMPORAL_TLS_KEY', keyPath);
  if (!parsed.checkPrivateKey(privateKey)) {
    throw new SettingsError(
      ['TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY'],
      `TEMPORAL_TLS_KEY names ${keyPath}, which is not the key of the certificate ${certPath} (TEMPORAL_TLS_CERT). ` +
        `These two must print the same: openssl x509 -noout -pubkey -in ${certPath}; openssl pkey -pubout -in ${keyPath}`,
    );
  }
  return { crt, key };
}

function certificate(variable: string, path: string): { pem: Buffer; parsed: X509Certificate } {
  const pem = readPem(variable, path, 'CERTIFICATE');
  try {
    return { pem, parsed: new X509Certificate(pem) };
  } catch (cause) {
    throw unusable(
      variable,
      path,
      `holds no certificate that can be read`,
      `openssl x509 -noout -text -in ${path}`,
      cause,
    );
  }
}

function keyOf(variable: string, path: string): { pem: Buffer; parsed: KeyObject } {
  const pem = readPem(variable, path, 'PRIVATE KEY');
  try {
    return { pem, parsed: createPrivateKey(pem) };
  } catch (cause) {
    throw unusable(
      variable,
      path,
      'holds no key that can be read without a password',
      `openssl pkey -noout -in ${path}`,
      cause,
    );
  }
}

function readPem(variable: string, path: string, what: 'CERTIFICATE' | 'PRIVATE KEY'): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    throw unusable(variable, path, 'cannot be read', `ls -l ${path}`, cause);
  }
  if (content.includes(`${what}-----`)) return content;
  throw unusable(variable, path, `is not PEM: it has no "-----BEGIN ${what}-----"`, `head -c 100 ${path}`);
}

function unusable(variable: string, path: string, why: string, look: string, cause?: unknown): SettingsError {
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return new SettingsError(
    [variable],
    `${variable} names ${path}, which ${why}${reason}. Check with: ${look}`,
    { cause },
  );
}
