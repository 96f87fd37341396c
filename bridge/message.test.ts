import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMessage } from './message.js';

const parse = (body: string | Uint8Array) => parseMessage(Buffer.from(body as string));

describe('a queue message', () => {
  test.each([
    '{"submission_id": 123}',
    '{"submission_id":123,"later_field":true}',
    ' {"submission_id":1.23e2}\n',
  ])('%s is submission 123', (body) => {
    expect(parse(body)).toEqual({ kind: 'submission', submissionId: 123 });
  });

  test.each([
    ['', 'not-json'],
    ['submission 5', 'not-json'],
    ['{"submission_id": 5', 'not-json'],
    ['[{"submission_id": 5}]', 'not-an-object'],
    ['null', 'not-an-object'],
    ['5', 'not-an-object'],
    ['{}', 'no-submission-id'],
    ['{"submissionId": 5}', 'no-submission-id'],
    ['{"submission_id": "5"}', 'invalid-submission-id'],
    ['{"submission_id": null}', 'invalid-submission-id'],
    ['{"submission_id": 0}', 'invalid-submission-id'],
    ['{"submission_id": -5}', 'invalid-submission-id'],
    ['{"submission_id": 1.5}', 'invalid-submission-id'],
    ['{"submission_id": 9007199254740993}', 'invalid-submission-id'],
    [`{"submission_id": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'invalid-submission-id'],
    [`${'{"submission_id":'.repeat(3_000)}5${'}'.repeat(3_000)}`, 'invalid-submission-id'],
    [`{"submission_id": 5, "x": "${'x'.repeat(70_000)}"}`, 'too-large'],
  ])('%.40s is bad: %s', (body, reason) => {
    expect(parse(body)).toMatchObject({ kind: 'bad', reason });
  });

  test('that is not UTF-8 is bad', () => {
    expect(parse(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({ kind: 'bad', reason: 'not-json' });
  });

  test('with a number too large for JSON is not called null', () => {
    expect(parse('{"submission_id": 1e400}')).toMatchObject({
      detail: expect.stringContaining('is Infinity'),
    });
  });

  test('of any bytes has an outcome, with a detail that fits a header', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (body) => {
          const parsed = parseMessage(body);
          if (parsed.kind === 'bad') expect(parsed.detail.length).toBeLessThanOrEqual(301);
        },
      ),
    );
  });
});
