import { expect, test } from 'vitest';
import { LoginAttempts } from './login-attempts.js';

function tried(times: number, address = '10.0.0.1', attempts = new LoginAttempts()): LoginAttempts {
  for (let time = 0; time < times; time += 1) attempts.noteWrong(address, time);
  return attempts;
}

test('nine wrong tokens are a mistake, ten are an attack, for the rest of the minute', () => {
  expect(tried(9).refusedFor('10.0.0.1', 10)).toBeUndefined();
  const attempts = tried(10);
  expect(attempts.refusedFor('10.0.0.1', 1_000)).toBe(59);
  expect(attempts.refusedFor('10.0.0.1', 59_999)).toBe(1);
  expect(attempts.refusedFor('10.0.0.1', 60_000)).toBeUndefined();
  expect(attempts.refusedFor('10.0.0.2', 1_000)).toBeUndefined();
  // A new minute, a new count.
  attempts.noteWrong('10.0.0.1', 60_001);
  expect(attempts.refusedFor('10.0.0.1', 60_002)).toBeUndefined();
});

test('a network of IPv6 counts as one address', () => {
  const attempts = new LoginAttempts();
  for (let time = 0; time < 10; time += 1) attempts.noteWrong(`2001:db8:1:2:${time}::1`, time);
  expect(attempts.refusedFor('2001:db8:1:2:ffff::9', 100)).toBe(60);
  expect(attempts.refusedFor('2001:db8:1:3::1', 100)).toBeUndefined();
  expect(tried(10, '::ffff:10.0.0.1').refusedFor('::ffff:10.0.0.2', 100)).toBeUndefined();
});

test('however many addresses try, the memory for them has a bound', () => {
  const attempts = new LoginAttempts();
  for (let index = 0; index < 5_000; index += 1)
    attempts.noteWrong(`10.0.${index >> 8}.${index & 255}`, index);
  expect(attempts.size).toBe(1_000);
});
