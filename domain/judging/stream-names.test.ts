import { expect, it } from 'vitest';
import { opensStreamsByName } from './stream-names.js';

it.each([
  ['freopen("input.txt", "r", stdin);', true],
  ["open('./output.txt', 'w')", true],
  ['new Scanner(new File("/sandbox/input.txt"))', true],
  ['int input; // txt', false],
  ['freopen("myinput.txt", "r", stdin)', false],
])('%s names a stream: %s', (source, expected) => {
  expect(opensStreamsByName(source)).toBe(expected);
});
