import { describe, expect, test } from 'vitest';
import { connectionAttempts } from './connection-options.js';

describe('a libpq URL', () => {
  test.each([
    ['disable', [false]],
    ['allow', [false, { rejectUnauthorized: false }]],
    ['prefer', [{ rejectUnauthorized: false }, false]],
    ['require', [{ rejectUnauthorized: false }]],
    ['verify-full', [{}]],
  ])('with sslmode=%s is tried as libpq does', (mode, ssl) => {
    expect(connectionAttempts(`postgresql://u:p@h/d?sslmode=${mode}`).map((attempt) => attempt.ssl)).toEqual(
      ssl,
    );
  });

  test('without sslmode is tried with TLS and then without, as libpq does', () => {
    expect(connectionAttempts('postgresql://u:p@h/d').map((attempt) => attempt.ssl)).toEqual([
      { rejectUnauthorized: false },
      false,
    ]);
  });

  test('verify-ca needs an authority', () => {
    expect(() => connectionAttempts('postgresql://u:p@h/d?sslmode=verify-ca')).toThrow('sslrootcert');
  });

  test('sslrootcert=system means the built-in authorities', () => {
    const [attempt] = connectionAttempts('postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=system');
    expect(attempt.ssl).toEqual({});
  });

  test('credentials and names may be %-escaped', () => {
    const [attempt] = connectionAttempts(
      'postgresql://us%40er:p%3A%2F%25%23w@h:5433/my%20db?sslmode=disable',
    );
    expect(attempt).toMatchObject({
      user: 'us@er',
      password: 'p:/%#w',
      host: 'h',
      port: 5433,
      database: 'my db',
    });
  });

  test('a password may hold #, as it may for libpq', () => {
    const [attempt] = connectionAttempts('postgresql://u:p#w@h/d?sslmode=disable');
    expect(attempt).toMatchObject({ user: 'u', password: 'p#w', host: 'h', database: 'd' });
  });

  test('a driver in the scheme, as Python writes it, is understood', () => {
    const [attempt] = connectionAttempts('postgresql+psycopg2://u:p@h/d?sslmode=disable');
    expect(attempt).toMatchObject({ user: 'u', host: 'h', database: 'd' });
  });

  test('connect_timeout is in seconds', () => {
    const [attempt] = connectionAttempts('postgresql://h/d?sslmode=disable&connect_timeout=3');
    expect(attempt.connectionTimeoutMillis).toBe(3_000);
  });

  test('a socket directory may be the host', () => {
    const [attempt] = connectionAttempts('postgresql:///d?host=/run/postgresql&sslmode=disable');
    expect(attempt).toMatchObject({ host: '/run/postgresql', database: 'd' });
  });
});

test('says how a password with the signs of an address is written', () => {
  for (const password of ['p/w', 'p?w']) {
    expect(() => connectionAttempts(`postgresql://u:${password}@h:1/d`)).toThrow(/%2F and %3F/);
  }
  expect(connectionAttempts('postgresql://u:p%2Fw%3F@h:1/d')[0].password).toBe('p/w?');
});
