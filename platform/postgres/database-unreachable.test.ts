import { describe, expect, it } from 'vitest';
import { Secret } from '../secret.js';
import { DatabaseUnreachableError, tellUnreachable } from './database-unreachable.js';

const url = new Secret('postgresql://grader:hunter2@db.example:6000/code_grader');

describe('tellUnreachable', () => {
  it.each([
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6000'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('password authentication failed'), { code: '28P01' }),
    new AggregateError([Object.assign(new Error('connect ECONNREFUSED ::1:6000'), { code: 'ECONNREFUSED' })]),
    new Error('timeout exceeded when trying to connect'),
  ])('names the address, the cause and the next command for %s', (error) => {
    const told = tellUnreachable(url, error);
    expect(told).toBeInstanceOf(DatabaseUnreachableError);
    expect(String(told)).toContain('Failed to connect to database');
    expect(String(told)).toContain('pg_isready -h db.example -p 6000');
    expect(String(told)).not.toContain('hunter2');
  });

  it('leaves the errors of a statement alone', () => {
    const denied = Object.assign(new Error('permission denied'), { code: '42501' });
    expect(tellUnreachable(url, denied)).toBe(denied);
  });
});
