import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ActionableError } from '../process/actionable-error.js';
import { renderError } from './render-error.js';
import { UsageError } from './usage-error.js';

const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test.each([
  ['a bare error', new Error('odd')],
  ['an error of the language', caught(() => (undefined as unknown as { x: 1 }).x)],
  ['an error of the system', caught(() => readFileSync('/there/is/no/such/file'))],
  ['an error of Node itself', caught(() => Buffer.from(undefined as never))],
])('%s is shown with its trace', (_what, error) => {
  expect(renderError(error)).toContain('    at ');
});

test.each([
  [new UsageError('Write it so.'), 'Write it so.'],
  // Decided by the class: a name that is lost on the way changes nothing.
  [Object.defineProperty(new UsageError('Write it so.'), 'name', { value: 'Error' }), 'Write it so.'],
  [new ActionableError('It is down.', { remedy: './grader up' }), 'It is down.\nNext: ./grader up'],
  [new AggregateError([new UsageError('one'), new UsageError('two')]), 'one\n\ntwo'],
  ['a text', 'a text'],
])('what was made for the reader is shown as it is', (error, text) => {
  expect(renderError(error)).toBe(text);
});
