import { describe, expect, test } from 'vitest';
import { createLogger } from './logger.js';
import { redactCredentials } from './secret.js';

describe('the logger', () => {
  test.each(['json', 'pretty'] as const)('as %s never writes the password of a URL', (format) => {
    let written = '';
    const destination = {
      write(text: string) {
        written += text;
      },
    };
    const log = createLogger({ name: 'test', level: 'info', format, destination });
    const cause = new Error('no route to amqp://user:s3cret@broker/');
    log.error(
      { err: new Error('failed', { cause }), url: 'postgres://u:s3cret@db/x' },
      'at http://u:s3cret@host',
    );
    expect(written).toContain('user:***@broker');
    expect(written).not.toContain('s3cret');
  });
});

describe('redaction', () => {
  test.each([
    ['amqp://u:p@h/', 'amqp://u:***@h/'],
    ['amqp://u:p@p@h/', 'amqp://u:***@h/'],
    ['postgres://u@h/d?password=p&sslmode=disable', 'postgres://u@h/d?password=***&sslmode=disable'],
    ['http://host:5000/path and me@example.org', 'http://host:5000/path and me@example.org'],
    ['no address', 'no address'],
  ])('turns %s into %s', (text, redacted) => {
    expect(redactCredentials(text)).toBe(redacted);
  });
});
