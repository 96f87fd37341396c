import type { FunctionCase } from '../grading/function-problems.js';

/** Vectors and pairs of every kind the contract names, one in the other. */
export const containerCases: readonly FunctionCase[] = [
  {
    signature: 'vector<int> doubled(vector<int> v)',
    typed: '3\n1 2 3',
    json: '[[1, 2, 3]]',
    expected: '2 4 6',
    cpp: 'vector<int> doubled(vector<int> v) { for (int& x : v) x *= 2; return v; }',
    python: 'def doubled(v):\n    return [2 * x for x in v]',
    java: 'int[] doubled(int[] v) { for (int i = 0; i < v.length; i++) v[i] *= 2; return v; }',
  },
  {
    signature: 'int sizeOfNone(vector<int> v)',
    typed: '0',
    json: '[[]]',
    expected: '-1',
    cpp: 'int sizeOfNone(vector<int> v) { return v.empty() ? -1 : 0; }',
    python: 'def sizeOfNone(v):\n    return len(v) - 1',
    java: 'int sizeOfNone(int[] v) { return v.length - 1; }',
  },
  {
    signature: 'pair<int, vector<int>> emptied(vector<int>& v)',
    typed: '2 8 9',
    json: '[[8, 9]]',
    expected: '2 ',
    cpp: 'pair<int, vector<int>> emptied(vector<int>& v) { return {(int)v.size(), {}}; }',
    python: 'def emptied(v):\n    return (len(v), [])',
    java: 'Object[] emptied(int[] v) { return new Object[] {v.length, new int[0]}; }',
  },
  {
    signature: 'vector<long long> sums(const vector<long long>& v)',
    typed: '3 1000000000000 1 1',
    json: '[[1000000000000, 1, 1]]',
    expected: '1000000000000 1000000000001 1000000000002',
    cpp: `vector<long long> sums(const vector<long long>& v) {
  vector<long long> s(v.size());
  partial_sum(v.begin(), v.end(), s.begin());
  return s;
}`,
    python: 'from itertools import accumulate\ndef sums(v):\n    return list(accumulate(v))',
    java: `List<Long> sums(List<Long> v) {
  List<Long> s = new ArrayList<>();
  long t = 0;
  for (long x : v) s.add(t += x);
  return s;
}`,
  },
  {
    signature: 'vector<double> halves(vector<double>)',
    typed: '3 1 2 0.5',
    json: '[[1, 2, 0.5]]',
    expected: '0.5 1 0.25',
    cpp: 'vector<double> halves(vector<double> v) { for (auto& x : v) x /= 2; return v; }',
    python: 'def halves(v):\n    return [x / 2 for x in v]',
    java: 'double[] halves(double[] v) { for (int i = 0; i < v.length; i++) v[i] /= 2; return v; }',
  },
  {
    signature: 'vector<float> copies(float x, int n)',
    typed: '2.5 3',
    json: '[2.5, 3]',
    expected: '2.5 2.5 2.5',
    cpp: 'vector<float> copies(float x, int n) { return vector<float>(n, x); }',
    python: 'def copies(x, n):\n    return [x] * n',
    java: 'float[] copies(float x, int n) { float[] v = new float[n]; Arrays.fill(v, x); return v; }',
  },
  {
    signature: 'vector<string> sorted(vector<string> words)',
    typed: '3 pear apple fig',
    json: '[["pear", "apple", "fig"]]',
    expected: 'apple fig pear',
    cpp: 'vector<string> sorted(vector<string> words) { sort(words.begin(), words.end()); return words; }',
    python: 'def sorted(words):\n    words.sort()\n    return words',
    java: 'String[] sorted(String[] words) { Arrays.sort(words); return words; }',
  },
  {
    signature: 'vector<char> letters(string s)',
    typed: 'abc',
    json: '["abc"]',
    expected: 'a b c',
    cpp: 'vector<char> letters(string s) { return vector<char>(s.begin(), s.end()); }',
    python: 'def letters(s):\n    return list(s)',
    java: 'char[] letters(String s) { return s.toCharArray(); }',
  },
  {
    signature: 'vector<bool> odd(vector<int> v)',
    typed: '3 1 2 3',
    json: '[[1, 2, 3]]',
    expected: '1 0 1',
    cpp: 'vector<bool> odd(vector<int> v) { vector<bool> r; for (int x : v) r.push_back(x % 2); return r; }',
    python: 'def odd(v):\n    return [x % 2 == 1 for x in v]',
    java: 'boolean[] odd(int[] v) { boolean[] r = new boolean[v.length]; for (int i = 0; i < v.length; i++) r[i] = v[i] % 2 == 1; return r; }',
  },
  {
    signature: 'pair<int, int> range(vector<int> v)',
    typed: '3 4 -1 9',
    json: '[[4, -1, 9]]',
    expected: '-1 9',
    cpp: `pair<int, int> range(vector<int> v) {
  return {*min_element(v.begin(), v.end()), *max_element(v.begin(), v.end())};
}`,
    python: 'def range(v):\n    return min(v), max(v)',
    java: 'int[] range(int[] v) { Arrays.sort(v); return new int[] {v[0], v[v.length - 1]}; }',
  },
  {
    signature: 'pair<pair<int, int>, double> middle(pair<int, int> a, pair<int, int> b)',
    typed: '0 0 3 4',
    json: '[[0, 0], [3, 4]]',
    expected: '1 2 5',
    cpp: `pair<pair<int, int>, double> middle(pair<int, int> a, pair<int, int> b) {
  int x = b.first - a.first, y = b.second - a.second;
  return {{x / 2, y / 2}, sqrt(x * x + y * y)};
}`,
    python: `import math
def middle(a, b):
    x, y = b[0] - a[0], b[1] - a[1]
    return (x // 2, y // 2), math.hypot(x, y)`,
    java: `Object[] middle(int[] a, int[] b) {
  int x = b[0] - a[0], y = b[1] - a[1];
  return new Object[] {new int[] {x / 2, y / 2}, Math.hypot(x, y)};
}`,
  },
  {
    signature: 'vector<pair<string, int>> counted(vector<string> words)',
    typed: '3 b a b',
    json: '[["b", "a", "b"]]',
    expected: 'a 1 b 2',
    cpp: `vector<pair<string, int>> counted(vector<string> words) {
  map<string, int> count;
  for (auto& word : words) ++count[word];
  return {count.begin(), count.end()};
}`,
    python: `def counted(words):
    return [(word, words.count(word)) for word in sorted(set(words))]`,
    java: `Iterable<Map.Entry<String, Integer>> counted(List<String> words) {
  TreeMap<String, Integer> count = new TreeMap<>();
  for (String word : words) count.merge(word, 1, Integer::sum);
  return count.entrySet();
}`,
  },
  {
    signature: 'int distance(pair<string, int> from, pair<string, int> to)',
    typed: 'a 3 b 10',
    json: '[["a", 3], ["b", 10]]',
    expected: '7',
    cpp: 'int distance(pair<string, int> from, pair<string, int> to) { return to.second - from.second; }',
    python: 'def distance(a, b):\n    return b[1] - a[1]',
    java: `int distance(Map.Entry<String, Integer> from, Map.Entry<String, Integer> to) {
  return to.getValue() - from.getValue();
}`,
  },
  {
    signature: 'vector<vector<string>> reversed(vector<vector<string>>& rows)',
    typed: '2 2 a b 1 c',
    json: '[[["a", "b"], ["c"]]]',
    expected: 'c a b',
    cpp: `vector<vector<string>> reversed(vector<vector<string>>& rows) {
  reverse(rows.begin(), rows.end());
  return rows;
}`,
    python: 'def reversed(rows):\n    return rows[::-1]',
    java: 'List<List<String>> reversed(List<List<String>> rows) { Collections.reverse(rows); return rows; }',
  },
  {
    signature: 'long long total(vector<vector<vector<int> > > cube)',
    typed: '2 1 2 1 2 2 1 3 1 4',
    json: '[[[[1, 2]], [[3], [4]]]]',
    expected: '10',
    cpp: `long long total(vector<vector<vector<int> > > cube) {
  long long sum = 0;
  for (auto& plane : cube) for (auto& row : plane) for (int x : row) sum += x;
  return sum;
}`,
    python: 'def total(cube):\n    return sum(x for plane in cube for row in plane for x in row)',
    java: `long total(int[][][] cube) {
  long sum = 0;
  for (int[][] plane : cube) for (int[] row : plane) for (int x : row) sum += x;
  return sum;
}`,
  },
];
