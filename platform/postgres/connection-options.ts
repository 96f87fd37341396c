import type { ClientConfig } from 'pg';
import pgConnectionString from 'pg-connection-string';

/** The modes of libpq, in which the existing deployments write their DATABASE_URL (contract §1). */
const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/**
 * A libpq connection URL as options of `pg`, one entry for each way to connect, in the order libpq tries them:
 * `prefer` (libpq's default) tries TLS and then plain text, `allow` the other way round, all others have one way.
 * @throws Error with a message that completes "expected …" when libpq would not understand the URL.
 */
export function connectionAttempts(url: string): readonly [ClientConfig, ...ClientConfig[]] {
  // To libpq it is a character like any other; to a URL parser it ends the address, password or not.
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
  // "system" means the built-in authorities, which is what node does without a file.
  const usesSystemAuthorities = query.get('sslrootcert') === 'system';
  if (usesSystemAuthorities) {
    query.delete('sslrootcert');
    if (sslMode !== 'disable') query.set('sslmode', 'verify-full');
  }
  if (sslMode === 'disable') for (const name of ['sslrootcert', 'sslcert', 'sslkey']) query.delete(name);
  // libpq counts it in seconds; pg has its own name and milliseconds.
  const connectTimeoutSeconds = Number(query.get('connect_timeout') ?? '0');
  query.delete('connect_timeout');
  const parsed = pgConnectionString.parse(`${databaseUrl.split('?')[0]}?${query}`, { useLibpqCompat: true });
  const { sslmode: _mode, ...config } = parsed;
  return {
    ...pgConnectionString.toClientConfig(config as typeof parsed),
    ...(connectTimeoutSeconds > 0 ? { connectionTimeoutMillis: connectTimeoutSeconds * 1_000 } : {}),
  };
}

function queryOf(databaseUrl: string): URLSearchParams {
  const at = databaseUrl.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : databaseUrl.slice(at + 1));
}
