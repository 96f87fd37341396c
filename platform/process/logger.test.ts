import { describe, expect, test } from 'vitest';
import { redactAddress, redactCredentials, Secret } from '../settings/secret.js';
import { createLogger } from './logger.js';

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

describe('a line about a grading', () => {
  const about = { submissionId: 17, workflowId: 'grade-17', runId: 'r', step: 'compile', attempt: 2 };

  test('has its fields and the host in JSON', () => {
    const line = JSON.parse(written('json', about)) as object;
    expect(line).toMatchObject({ ...about, name: 'worker', host: 'host-1', msg: 'Activity failed' });
  });

  test('says in text which submission, step and attempt it is about', () => {
    expect(written('pretty', { ...about, reason: 'no answer' })).toMatch(
      /^\[\d\d:\d\d:\d\d\] WARN \(worker\): #17 compile \(attempt 2\): Activity failed \{"reason":"no answer"\}\n$/,
    );
  });

  test('needs no submission', () => {
    expect(written('pretty', {})).toMatch(/WARN \(worker\): Activity failed\n$/);
  });

  function written(format: 'json' | 'pretty', fields: object): string {
    let text = '';
    const destination = {
      write(more: string) {
        text += more;
      },
    };
    createLogger({ name: 'worker', host: 'host-1', level: 'info', format, destination }).warn(
      fields,
      'Activity failed',
    );
    return text;
  }
});

describe('redaction', () => {
  test.each([
    ['amqp://u:p@h/', 'amqp://u:***@h/'],
    ['amqp://u:p@p@h/', 'amqp://u:***@h/'],
    ['postgres://u@h/d?password=p&sslmode=disable', 'postgres://u@h/d?password=***&sslmode=disable'],
    ['host=h password=p user=u', 'host=h password=*** user=u'],
    ["host=h password = 'p q' user=u", 'host=h password = *** user=u'],
    ['http://host:5000/path and me@example.org', 'http://host:5000/path and me@example.org'],
    ['no address', 'no address'],
  ])('turns %s into %s', (text, redacted) => {
    expect(redactCredentials(text)).toBe(redacted);
  });

  test.each([
    ['amqp://u:p q@h/', 'amqp://u:***@h/'],
    [`postgresql://u:p'q"r@h/d`, 'postgresql://u:***@h/d'],
    ['amqp://u:p/q@h/', 'amqp://u:***@h/'],
    ['amqp://u:p\nq@h/', 'amqp://u:***@h/'],
    ['http://host:5000/path', 'http://host:5000/path'],
  ])('of a setting, whatever its password is made of: %s', (text, redacted) => {
    expect(redactAddress(text)).toBe(redacted);
    expect(String(new Secret(text))).toBe(redacted);
  });
});

test('shows what a terminal would obey in the text of an error, as text', () => {
  let lines = '';
  const destination = {
    write(text: string) {
      lines += text;
    },
  };
  const log = createLogger({ name: 'test', level: 'info', format: 'pretty', destination });
  log.warn({ reason: 'a\u001b[2J\u009b\u202e' }, 'title \\ \u001b]0;x\u0007\u2028 \b end');
  expect(lines.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
  expect(lines).toContain('title \\ \\u001b]0;x\\u0007\\u2028 \\b end');
});
