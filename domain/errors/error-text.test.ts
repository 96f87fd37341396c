import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorLine, errorText } from './error-text.js';

describe('what an unknown error says', () => {
  it('is its message', () => {
    expect(errorText(new TypeError('no such thing'))).toBe('no such thing');
  });

  it('is what each of several errors says', () => {
    const both = [
      new Error('connect ECONNREFUSED ::1:5672'),
      new Error('connect ECONNREFUSED 127.0.0.1:5672'),
    ];
    expect(errorText(new AggregateError(both))).toBe(
      'connect ECONNREFUSED ::1:5672, connect ECONNREFUSED 127.0.0.1:5672',
    );
    expect(errorText(new AggregateError(both.slice(1), 'both failed'))).toBe(
      'both failed: connect ECONNREFUSED 127.0.0.1:5672',
    );
  });

  it('goes on with the causes that add something', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:80');
    expect(errorText(new TypeError('fetch failed', { cause: refused }))).toBe(
      'fetch failed: connect ECONNREFUSED 127.0.0.1:80',
    );
    const told = new Error(`The backend is down: ${refused.message}.`, { cause: refused });
    expect(errorText(told)).toBe(told.message);
    expect(errorText(new Error('outer', { cause: new Error('middle', { cause: 'the root' }) }))).toBe(
      'outer: middle: the root',
    );
    expect(errorText(new Error('fetch failed', { cause: new AggregateError([refused]) }))).toBe(
      `fetch failed: ${refused.message}`,
    );
  });

  it('ends where causes go round in a circle', () => {
    const error = new Error('one');
    const other = new Error('two', { cause: error });
    error.cause = other;
    expect(errorText(error)).toMatch(/^one: two/);
    const aggregate = new AggregateError([]);
    aggregate.errors = [aggregate, aggregate];
    expect(errorText(aggregate)).toContain('AggregateError');
  });

  it('is the code, else the name, where the message is empty', () => {
    expect(errorText(Object.assign(new Error(''), { code: 'ECONNRESET' }))).toBe('ECONNRESET');
    expect(errorText(Object.assign(new Error(''), { code: 404 }))).toBe('404');
    expect(errorText(new RangeError(''))).toBe('RangeError');
    expect(errorText(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  });

  it('is the value itself where something else was thrown', () => {
    expect(['text', 7, undefined, null, true, 9n].map(errorText)).toEqual([
      ...['text', '7', 'undefined', 'null', 'true', '9'],
    ]);
    expect(errorText({ status: 503 })).toBe('{"status":503}');
    expect(errorText({ message: 'no instance of Error' })).toBe('no instance of Error');
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(errorText(circle)).toBe('[object Object]');
  });

  it('is the message of an error of another realm', () => {
    expect(errorText(runInNewContext('new Error("from elsewhere")'))).toBe('from elsewhere');
  });

  it('is never empty', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (value) => {
        expect(errorText(value)).not.toBe('');
        expect(errorText(new Error('', { cause: value }))).not.toBe('');
      }),
    );
  });

  it('has a first line, for use inside a sentence', () => {
    expect(errorLine(new Error('the reason\n    at line 3'))).toBe('the reason');
    expect(errorLine(new Error('\nthe reason'))).toBe('the reason');
  });
});
