import type { ClientConfig } from 'pg';
import pgConnectionString from 'pg-connection-string';
import { hasErrorCode } from '../../domain/errors/error-code.js';

/** libpq's sslmode values, as existing deployments write them in DATABASE_URL (contract §1). */
const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/**
 * Turns a libpq connection URL into `pg` options, one entry per way to connect, in libpq's order: `prefer` (the
 * default) tries TLS and then plain text, `allow` the reverse, all others have one way.
 * @throws Error with a message that completes "expected …" if libpq would not understand the URL.
 */
export function connectionAttempts(url: string): readonly [ClientConfig, ...ClientConfig[]] {
  // To libpq this is an ordinary character; to a URL parser it ends the address, even inside a password.
  const databaseUrl = url.replaceAll('#', '%23');
  if (!/^postgres(ql)?(\+[a-z0-9]+)?:\/\//i.test(databaseUrl)) {
    throw new Error('an address such as postgresql://user:password@host:5432/database?sslmode=disable');
  }
  const mode = sslModeOf(databaseUrl);
  const plain = (): ClientConfig => options(databaseUrl, 'disable');
  switch (mode) {
    case 'disable':
      return [plain()];
    case 'allow':
      return [plain(), options(databaseUrl, 'require')];
    case 'prefer':
      return [options(databaseUrl, 'prefer'), plain()];
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return [options(databaseUrl, mode)];
  }
}

function sslModeOf(databaseUrl: string): (typeof sslModes)[number] {
  const asked = queryOf(databaseUrl).get('sslmode') ?? 'prefer';
  const mode = sslModes.find((known) => known === asked);
  if (!mode) throw new Error(`sslmode to be one of ${sslModes.join(', ')}, not "${asked}"`);
  return mode;
}

function options(databaseUrl: string, sslMode: string): ClientConfig {
  const query = queryOf(databaseUrl);
  query.set('sslmode', sslMode);
  // "system" means the built-in authorities, node's default without a file.
  const usesSystemAuthorities = query.get('sslrootcert') === 'system';
  if (usesSystemAuthorities) {
    query.delete('sslrootcert');
    if (sslMode !== 'disable') query.set('sslmode', 'verify-full');
  }
  if (sslMode === 'disable') for (const name of ['sslrootcert', 'sslcert', 'sslkey']) query.delete(name);
  // libpq counts seconds; pg has another name and counts milliseconds.
  const connectTimeoutSeconds = Number(query.get('connect_timeout') ?? '0');
  query.delete('connect_timeout');
  const parsed = parse(`${databaseUrl.split('?')[0]}?${query.toString()}`);
  const { sslmode: _mode, ...config } = parsed;
  return {
    ...pgConnectionString.toClientConfig(config as typeof parsed),
    ...(connectTimeoutSeconds > 0 ? { connectionTimeoutMillis: connectTimeoutSeconds * 1_000 } : {}),
  };
}

function parse(databaseUrl: string) {
  try {
    return pgConnectionString.parse(databaseUrl, { useLibpqCompat: true });
  } catch (cause) {
    if (!hasErrorCode(cause, 'ERR_INVALID_URL')) throw cause;
    throw new Error('an address in which / and ? of the password are written %2F and %3F', { cause });
  }
}

function queryOf(databaseUrl: string): URLSearchParams {
  const at = databaseUrl.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : databaseUrl.slice(at + 1));
}
