/** What a teacher may write by mistake or by malice, and the reason a System Error gives for it. */
export const hostileSignatures: readonly (readonly [signature: string, reason: string])[] = [
  ['', 'there is none'],
  ['please write a function that adds', '"(" was expected at "a"'],
  [
    'int f(int a); } int main() { system("id"); ',
    'nothing may follow the declaration, but something stands at "}"',
  ],
  ['#include "/etc/passwd"\nint f(int a)', 'the character "#" does not belong there'],
  ['int f(int a) \\\n"', 'the character "\\\\" does not belong there'],
  ['int main(int a)', '"main" is the name of the program itself'],
  ['ListNode* f(ListNode* head)', 'the return type is a pointer; use vector<…> or string instead'],
  ['int f(int n, int a[])', 'parameter 2 is an array; use vector<…> instead'],
  ['int f(vector<int>&& a)', 'parameter 1 is an rvalue reference; use the plain type instead'],
  ['int f(int (*callback)(int))', 'parameter 1 is a function, which a test cannot hold'],
  ['int f(const char* format, ...)', 'parameter 1 is a pointer; use vector<…> or string instead'],
  ['template <class T> T f(T a)', 'a template has no types a test could be read into'],
  ['int Solution::f(int a)', '"Solution::…" is a member of a class; a plain function is needed'],
  [`int f(${'vector<'.repeat(500)}int${'>'.repeat(500)} a)`, 'it is longer than 4000 characters'],
  [`int f(${'vector<'.repeat(40)}int${'>'.repeat(40)} a)`, 'templates are nested more than 16 deep'],
  [`int f(${'int, '.repeat(70)}int)`, 'it has more than 64 parameters'],
  ['vector<int f(int a)', '">" was expected at "f" (the return type)'],
  ['int f(int a, vector<void> b)', 'vector<void> holds nothing (parameter 2)'],
];
