import { describe, expect, it } from 'vitest';
import { DatabaseUnreachableError } from '../../domain/grading/step-error.js';
import { Secret } from '../settings/secret.js';
import { tellUnreachable } from './database-unreachable.js';

const url = new Secret('postgresql://grader:hunter2@db.example:6000/code_grader');

describe('tellUnreachable', () => {
  it.each([
    [
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6000'), { code: 'ECONNREFUSED' }),
      'pg_isready -h db.example -p 6000',
    ],
    [
      new AggregateError([
        Object.assign(new Error('connect ECONNREFUSED ::1:6000'), { code: 'ECONNREFUSED' }),
      ]),
      'pg_isready -h db.example -p 6000',
    ],
    [new Error('timeout exceeded when trying to connect'), 'pg_isready -h db.example -p 6000'],
    [new Error('timeout expired'), 'pg_isready -h db.example -p 6000'],
    [Object.assign(new Error('password authentication failed'), { code: '28P01' }), 'psql "$DATABASE_URL"'],
    [
      Object.assign(new Error('database "x" does not exist'), { code: '3D000' }),
      'psql -h db.example -p 6000 -l',
    ],
    [Object.assign(new Error('too many clients already'), { code: '53300' }), 'pg_stat_activity'],
    [Object.assign(new Error('query_wait_timeout'), { code: '08P01' }), 'pg_isready'],
    [Object.assign(new Error('terminating connection'), { code: '57P01' }), 'pg_isready'],
  ])('names the address, the cause and the next command for %s', (error, command) => {
    const told = tellUnreachable(url, error);
    expect(told).toBeInstanceOf(DatabaseUnreachableError);
    expect((told as Error).message).toMatch(
      /^Failed to connect to database at postgresql:\/\/grader:\*\*\*@db\.example:6000\/code_grader: /,
    );
    expect((told as Error).message).toContain(command);
    expect(String(told)).not.toContain('hunter2');
  });

  it('leaves the errors of a statement alone', () => {
    const denied = Object.assign(new Error('permission denied'), { code: '42501' });
    expect(tellUnreachable(url, denied)).toBe(denied);
  });
});
