import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CppType } from './cpp-type.js';
import { readSignature } from './function-signature.js';

/** `int f(vector<int> a)` as read: one spelling for each type. */
function read(text: string): string {
  const reading = readSignature(text);
  if (reading.kind === 'unreadable') return `unreadable: ${reading.reason}`;
  const { returnType, name, parameters } = reading.signature;
  const listed = parameters.map((parameter) => `${spelled(parameter.type)} ${parameter.name}`);
  return `${spelled(returnType)} ${name}(${listed.join(', ')})`;
}

function spelled({ name, parameters }: CppType): string {
  return parameters.length === 0 ? name : `${name}<${parameters.map(spelled).join(', ')}>`;
}

describe('readSignature', () => {
  it.each([
    ['vector<int> twoSum(vector<int>& nums, int target)', 'vector<int> twoSum(vector<int> nums, int target)'],
    ['int add(int a, int b);', 'int add(int a, int b)'],
    ['void shout()', 'void shout()'],
    ['void shout(void)', 'void shout()'],
    ['int f(const int a)', 'int f(int a)'],
    ['int f(int const & a)', 'int f(int a)'],
    ['const std::string& f(const std::string &s)', 'string f(string s)'],
    ['::std::string f(std :: vector < std :: string > v)', 'string f(vector<string> v)'],
    ['bool f(vector<vector<int>> grid)', 'bool f(vector<vector<int>> grid)'],
    ['bool f(vector<vector<vector<char> > >&grid)', 'bool f(vector<vector<vector<char>>> grid)'],
    ['vector<pair<int,string>> f(pair<int,int> p)', 'vector<pair<int, string>> f(pair<int, int> p)'],
    ['int f(int, vector<int>&)', 'int f(int argument1, vector<int> argument2)'],
    ['int f(int a = 3, string s = "a,b)", int c = g(1, 2))', 'int f(int a, string s, int c)'],
    [
      'int f(vector<int> v = {1, 2}, map<int, int> m = map<int, int>())',
      'int f(vector<int> v, map<int, int> m)',
    ],
    ["char f(char c = ')')", 'char f(char c)'],
    ['int f(int a /* the first, of two */, // next\n int b)', 'int f(int a, int b)'],
    ['  \n int\n  f  (  int\ta  )  \n', 'int f(int a)'],
    ['long long int f(long int long a)', 'long long f(long long a)'],
    ['unsigned f(unsigned int a, long unsigned b)', 'unsigned int f(unsigned int a, unsigned long b)'],
    ['unsigned long long f(unsigned long long a)', 'unsigned long long f(unsigned long long a)'],
    ['signed f(short int a, unsigned short b)', 'int f(short a, unsigned short b)'],
    ['long double f(double long a, float b)', 'long double f(long double a, float b)'],
    ['unsigned char f(signed char c)', 'unsigned char f(signed char c)'],
    ['static inline int f(int a)', 'int f(int a)'],
    ['[[nodiscard]] constexpr int f(int a) noexcept', 'int f(int a)'],
    ['auto f(int a) -> vector<int>', 'vector<int> f(int a)'],
    ['int f(int a) {', 'int f(int a)'],
    ['int f(int a) {}', 'int f(int a)'],
    ['size_t f(int64_t a)', 'size_t f(int64_t a)'],
    ['set<int> f(unordered_map<string, vector<int>>& m)', 'set<int> f(unordered_map<string, vector<int>> m)'],
    ['array<int, 3> f(bitset<8> b)', 'array<int, 3> f(bitset<8> b)'],
    ['Point f(struct Point p, geometry::Line l)', 'Point f(Point p, geometry::Line l)'],
    ['int größe(int höhe)', 'int größe(int höhe)'],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['', 'there is none'],
    ['  \n', 'there is none'],
    ['twoSum', 'the name of the function was expected at its end'],
    ['twoSum(int a)', 'the return type or the name of the function is missing'],
    ['int f', '"(" was expected at its end'],
    ['int f(int a', '"," or ")" was expected at its end'],
    ['int f(int a,)', 'a type was expected at ")" (parameter 2)'],
    ['int f(int a b)', '"," or ")" was expected at "b"'],
    ['int f(vector<int a)', '">" was expected at "a" (parameter 1)'],
    ['int f(vector a)', 'vector takes one type in <…> (parameter 1)'],
    ['int f(pair<int> a)', 'pair takes two types in <…> (parameter 1)'],
    ['int f(vector<void> a)', 'vector<void> holds nothing (parameter 1)'],
    ['int f(int* a)', 'parameter 1 is a pointer; use vector<…> or string instead'],
    ['ListNode* f(int a)', 'the return type is a pointer; use vector<…> or string instead'],
    ['int f(int n, int a[])', 'parameter 2 is an array; use vector<…> instead'],
    ['int f(vector<int>&& a)', 'parameter 1 is an rvalue reference; use the plain type instead'],
    ['int f(void a)', 'parameter 1 is of type void'],
    ['int f(int (*g)(int))', 'parameter 1 is a function, which a test cannot hold'],
    ['int f(int a, ...)', 'parameter 2 is "...", and a test cannot say how many values it stands for'],
    ['template <class T> T f(T a)', 'a template has no types a test could be read into'],
    ['auto f(int a)', 'the return type "auto" does not say what the function returns'],
    ['int Solution::f(int a)', '"Solution::…" is a member of a class; a plain function is needed'],
    ['int main(int a)', '"main" is the name of the program itself'],
    ['int operator()(int a)', 'the name of the function was expected at "operator"'],
    ['unsigned double f(int a)', '"unsigned double" is no type (the return type)'],
    ['int f(int a = )', 'the default of parameter 1 is missing'],
    ['int f(int a = (1', 'the default of parameter 1 does not end'],
    ['int f(int a); system("rm")', 'nothing may follow the declaration, but something stands at "system"'],
    ['#define f g\nint f(int a)', 'the character "#" does not belong there'],
    ['int f(int a) \\', 'the character "\\\\" does not belong there'],
    ['int f(int a /* no end', '"," or ")" was expected at "/"'],
    [`int f(${'vector<'.repeat(40)}int${'>'.repeat(40)} a)`, 'templates are nested more than 16 deep'],
    [`int f(${'int, '.repeat(70)}int)`, 'it has more than 64 parameters'],
    [`int f(int ${'a'.repeat(5000)})`, 'it is longer than 4000 characters'],
  ])('refuses %s and says why', (text, reason) => {
    expect(read(text)).toBe(`unreadable: ${reason}`);
  });

  it('reads every tree of known types back, whatever the spacing and the const', () => {
    const leaf = fc.constantFrom('int', 'long long', 'double', 'string', 'bool', 'char', 'unsigned int');
    const { type } = fc.letrec<{ type: CppType }>((tie) => ({
      type: fc.oneof(
        { maxDepth: 5 },
        leaf.map((name) => ({ name, parameters: [] })),
        tie('type').map((element) => ({ name: 'vector', parameters: [element] })),
        fc.tuple(tie('type'), tie('type')).map((parameters) => ({ name: 'pair', parameters })),
      ),
    }));
    const space = fc.constantFrom('', ' ', '\n', '/* , ) */');
    fc.assert(
      fc.property(
        type,
        fc.array(type, { maxLength: 4 }),
        space,
        fc.boolean(),
        (result, types, gap, isConst) => {
          const parameters = types.map(
            (one, index) => `${isConst ? 'const ' : ''}std::${spelled(one)}${gap}& p${index}`,
          );
          const plain = parameters.map((text) => text.replace(/std::(?!string|vector|pair)/, ''));
          const expected = types.map((one, index) => `${spelled(one)} p${index}`);
          expect(read(`${spelled(result)}${gap} f${gap}(${plain.join(`,${gap}`)}${gap})`)).toBe(
            `${spelled(result)} f(${expected.join(', ')})`,
          );
        },
      ),
    );
  });

  it('answers for any text, without an exception', () => {
    const piece = fc.constantFrom(
      'int',
      'f',
      '(',
      ')',
      '<',
      '>',
      ',',
      '::',
      '&',
      '*',
      '=',
      'const',
      '"',
      "'",
      '/*',
      'auto',
      '->',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((pieces) => pieces.join(' ')),
        ),
        (text) => {
          expect(['signature', 'unreadable']).toContain(readSignature(text).kind);
        },
      ),
    );
  });
});
