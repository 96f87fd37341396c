import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FunctionInput } from '../judging/grading-profile.js';
import type { Language } from '../judging/language.js';
import { readSignature } from './function-signature.js';
import { testInputProblem } from './test-input.js';

function problem(
  declaration: string,
  input: string,
  form: FunctionInput = 'json-arguments',
  language: Language = 'python',
): string | undefined {
  const reading = readSignature(declaration);
  if (reading.kind === 'unreadable') throw new Error(reading.reason);
  return testInputProblem(reading.signature, form, language, input);
}

describe('a JSON input', () => {
  it.each([
    ['int f(int a)', ' [ -3 ]\n'],
    ['int f(int a)', '[3.0]'],
    ['int f(int a)', '[3e2]'],
    ['int f(int a)', '[-0]'],
    ['int f(int a)', '[2147483647]'],
    ['long long f(long long a, unsigned long long b)', '[-9223372036854775808, 18446744073709551615]'],
    ['int f(vector<vector<int>> v, pair<int, string> p)', '[[[1], []], [1, "a"]]'],
    ['int f(char c, char d, bool b, bool e)', '["a", 65, true, 0]'],
    ['int f(string s, string t)', '["tab\there\\n\\u00e9", 5]'],
    ['double f(double x, float y)', '[-0.0, 1e30]'],
    ['void f()', '[]'],
    ['void f()', ' \n'],
    ['int f(Name n, Tree t)', '["a", 3]'],
    ['int f(char c)', '["é"]'],
  ])('that fits %s is read: %s', (declaration, input) => {
    for (const language of ['python', 'java', 'cpp'] as const)
      expect(problem(declaration, input, 'json-arguments', language)).toBeUndefined();
  });

  it('hands Python and Java whatever stands for a type that is not known', () => {
    expect(problem('int f(Tree t)', '[[1, null, {"a": 2}]]')).toBeUndefined();
    expect(problem('int f(Tree t)', '[[1]]', 'json-arguments', 'cpp')).toMatch(
      /neither a string nor a number/,
    );
  });

  it.each([
    ['a comma too many', 'int f(int a)', '[3,]', /a value was expected at "\]" \(character 4\)/],
    ['a comma too many in an element', 'int f(vector<int> a)', '[[3,]]', /no JSON array/],
    ['a word of Python', 'bool f(bool a)', '[True]', /a value was expected at "True\]"/],
    ['None', 'bool f(bool a)', '[None]', /no JSON array/],
    ['quotes of Python', 'int f(string a)', "['a']", /no JSON array/],
    ['a byte order mark', 'int f(int a)', '\uFEFF[3]', /byte order mark/],
    ['the typed form', 'int f(vector<int> a, int b)', '3 1 2 3 9', /the end was expected at "1 2 3 9"/],
    ['a plain number', 'int f(int a)', '3', /no JSON array of the arguments/],
    ['arguments without brackets', 'int f(int a, int b)', '1, 2', /no JSON array/],
    ['one on each line', 'int f(vector<int> a, int b)', '[1, 2]\n3', /the end was expected/],
    ['nothing', 'int f(int a)', '', /a value was expected at the end/],
    ['too few arguments', 'int f(int a, int b)', '[3]', /holds 1 arguments, and the function has 2/],
    ['too many arguments', 'int f(int a)', '[3, 4]', /holds 2 arguments/],
    ['an array for the array of arguments', 'int f(vector<int> a)', '[1, 2, 3]', /holds 3 arguments/],
    ['a bracket too few', 'int f(vector<int> a)', '[[1, 2]', /a comma or "\]" was expected at the end/],
    ['a bracket too many', 'int f(int a)', '[1]]', /the end was expected/],
    ['a comment', 'int f(int a)', '[1] // one', /the end was expected/],
    ['an object', 'int f(int a)', '{"a": 1}', /no JSON array of the arguments/],
    [
      'an object as an argument',
      'int f(int a)',
      '[{"a": 1}]',
      /argument 1 does not fit its type: an object is no number/,
    ],
    [
      'a number out of range',
      'int f(int a, int b)',
      '[1, 3000000000]',
      /argument 2 .*3000000000 is out of the range of an int/,
    ],
    [
      'a number out of every range',
      'long long f(long long a)',
      '[9223372036854775808]',
      /out of the range of a long long/,
    ],
    ['a negative number without a sign', 'int f(unsigned a)', '[-1]', /out of the range of an unsigned int/],
    ['a fraction', 'int f(vector<int> a)', '[[1, 2.5]]', /2\.5 is no whole number/],
    ['an endless number', 'int f(int a)', '[1e999999999]', /out of the range/],
    ['a number that is no double', 'double f(double a)', '[1e400]', /too large for a double/],
    ['NaN', 'double f(double a)', '[NaN]', /no JSON array/],
    ['a number in quotes', 'int f(int a)', '["5"]', /"5" is no number/],
    ['a string for a vector', 'int f(vector<char> a)', '["abc"]', /"abc" is no array/],
    ['two characters', 'int f(char a)', '["ab"]', /"ab" is not one character/],
    ['no character', 'int f(char a)', '[""]', /"" is not one character/],
    ['a pair of three', 'int f(pair<int, int> a)', '[[1, 2, 3]]', /an array is no array of two/],
    ['null', 'int f(vector<int> a)', '[[null]]', /null is no number/],
    ['a number with a zero before it', 'int f(int a)', '[007]', /no JSON array/],
    ['a string without an end', 'int f(string a)', '["abc]', /the end of a string was expected at the end/],
    ['an unknown escape', 'int f(string a)', '["\\x41"]', /known escapes/],
    ['a depth without an end', 'int f(int a)', '['.repeat(100_000), /more than 500 deep/],
  ])('that has %s is refused', (_what, declaration, input, expected) => {
    expect(problem(declaration, input)).toMatch(expected);
  });

  it('is read as JSON.parse does, whatever it is', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify([value], null, 1));
    fc.assert(fc.property(json, (text) => problem('int f(Any a)', text) === undefined));
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => problem('int f(Any a)', text)).not.toThrow();
      }),
    );
  });
});

describe('a typed input', () => {
  const typed = (declaration: string, input: string) => problem(declaration, input, 'typed-stdin', 'cpp');

  it.each([
    ['int f(vector<int>& nums, int target)', '4\n2 7 11 15\n9\n'],
    ['int f(int a, double b, char c, bool d, string e)', ' -3 +1.5e3 ] 1 word\n'],
    ['int f(vector<vector<string>> v)', '2 1 a 2 b c'],
    ['int f(vector<pair<int, string>> v)', '2 1 a 2 b'],
    ['int f(unsigned a)', '-1'],
    // What is left out at the end is empty, and may be meant to be.
    ['int f(string s)', ''],
    ['int f(string s, string t)', 'a'],
    ['int f(int a, vector<int> v)', '3'],
    ['int f(int a, int b)', ''],
    ['int f(int a)', '3 4 5'],
    ['int f(int a)', '3.5'],
    ['int f(vector<int> v)', '-1'],
    ['bool f(string brackets)', '[]'],
    ['bool f(string brackets)', '[()]'],
    ['void f()', 'anything'],
  ])('for %s is read: %s', (declaration, input) => {
    expect(typed(declaration, input)).toBeUndefined();
  });

  it.each([
    ['the JSON form', 'int f(vector<int> v, int a)', '[[2, 7], 9]', /it is a JSON array, but here/],
    ['the JSON form of words', 'int f(string a, int b)', '["abc", 3]', /it is a JSON array/],
    ['brackets', 'int f(vector<int> v)', '[1, 2', /"\[1," is not the count of its elements/],
    ['commas', 'int f(int a, int b)', '1, 2', /argument 2 cannot be read: "," is no number/],
    ['a word for a number', 'int f(int a)', 'five', /"five" is no number/],
    ['true', 'bool f(bool a)', 'true', /"true" is no 0 or 1/],
    ['two for a bool', 'bool f(bool a)', '2', /"2" is no 0 or 1/],
    ['a byte order mark', 'int f(int a)', '\uFEFF3', /byte order mark/],
    ['a number out of range', 'int f(int a)', '3000000000', /out of the range of an int/],
    [
      'too few arguments',
      'int f(int a, int b)',
      '3',
      /the input ends where a value of type int should stand/,
    ],
    [
      'too few elements',
      'int f(vector<int> v)',
      '3 1 2',
      /ends where an element should stand \(its count is 3\)/,
    ],
    ['a count without an end', 'int f(vector<int> v)', '999999999999', /ends where an element/],
    ['a vector without a count', 'int f(vector<string> v)', 'a b c', /"a" is not the count/],
  ])('that has %s is refused', (_what, declaration, input, expected) => {
    expect(typed(declaration, input)).toMatch(expected);
  });

  it('is looked at in time in proportion to its length, whatever it counts', () => {
    const before = process.cpuUsage();
    typed('int f(vector<vector<int>> v)', `1000000 ${'0 '.repeat(500_000)}`);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
  });
});
