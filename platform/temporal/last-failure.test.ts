import { expect, it } from 'vitest';
import { lastFailureOf } from './last-failure.js';

const lastFailure = { message: 'no answer' };

it('takes the end of the last attempt, where its start is not told any more', () => {
  expect(
    lastFailureOf([{ lastFailure, lastStartedTime: null, lastAttemptCompleteTime: { seconds: 90 } }]),
  ).toEqual({
    message: 'no answer',
    at: new Date(90_000),
  });
  expect(lastFailureOf([{ lastFailure, lastStartedTime: { seconds: 60 } }])?.at).toEqual(new Date(60_000));
});

it('invents no time where the server tells none', () => {
  for (const lastStartedTime of [null, { seconds: 0 }, {}]) {
    expect(lastFailureOf([{ lastFailure, lastStartedTime }])).toEqual({
      message: 'no answer',
      at: undefined,
    });
  }
});

it('takes the latest of several, and none where nothing failed', () => {
  const at = (seconds: number, message: string) => ({
    lastFailure: { message },
    lastAttemptCompleteTime: { seconds },
  });
  expect(lastFailureOf([at(5, 'first'), at(9, 'second'), {}, at(7, 'third')])?.message).toBe('second');
  expect(lastFailureOf([{}, { lastFailure: null }])).toBeUndefined();
});
