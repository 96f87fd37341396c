/** One signature with a right solution, for the table of function-mode.test.ts; the same test in both forms. */
export interface FunctionCase {
  readonly signature: string;
  readonly typed: string;
  readonly json: string;
  readonly expected: string;
  readonly cpp: string;
  readonly python: string;
  readonly java: string;
}

const twoSum = 'vector<int> twoSum(vector<int>& nums, int target)';
const transpose = 'std::vector<std::vector<int>> transpose(const std::vector<std::vector<int> > & grid)';
const split = 'pair<string, int> split(string word, bool loud = false)';

export const functionCases: readonly FunctionCase[] = [
  {
    signature: twoSum,
    typed: '4\n2 7 11 15\n9\n',
    json: '[[2, 7, 11, 15], 9]',
    expected: '0 1',
    cpp: `${twoSum} {
  for (int i = 0; i < (int)nums.size(); i++)
    for (int j = i + 1; j < (int)nums.size(); j++)
      if (nums[i] + nums[j] == target) return {i, j};
  return {};
}`,
    python: `def twoSum(nums, target):
    return next([i, j] for i in range(len(nums)) for j in range(i + 1, len(nums)) if nums[i] + nums[j] == target)`,
    java: `public int[] twoSum(int[] nums, int target) {
  for (int i = 0; i < nums.length; i++)
    for (int j = i + 1; j < nums.length; j++)
      if (nums[i] + nums[j] == target) return new int[] {i, j};
  return new int[0];
}`,
  },
  {
    signature: transpose,
    typed: '2 3 1 2 3 3 4 5 6',
    json: '[[[1, 2, 3], [4, 5, 6]]]',
    expected: '1 4 2 5 3 6',
    cpp: `vector<vector<int>> transpose(const vector<vector<int>>& grid) {
  vector<vector<int>> turned(grid[0].size());
  for (auto& row : grid) for (size_t i = 0; i < row.size(); i++) turned[i].push_back(row[i]);
  return turned;
}`,
    python: `class Solution:
    def transpose(self, grid):
        return list(zip(*grid))`,
    java: `import java.util.List;
import java.util.ArrayList;
public class Answer {
  static List<List<Integer>> transpose(List<List<Integer>> grid) {
    List<List<Integer>> turned = new ArrayList<>();
    for (int i = 0; i < grid.get(0).size(); i++) {
      turned.add(new ArrayList<>());
      for (List<Integer> row : grid) turned.get(i).add(row.get(i));
    }
    return turned;
  }
}`,
  },
  {
    signature: split,
    typed: 'abc 1',
    json: '["abc", true]',
    expected: 'ABC 3',
    cpp: `${split} {
  if (loud) for (auto& c : word) c = toupper(c);
  return {word, (int)word.size()};
}`,
    python: `def split(word, loud=False):
    return (word.upper() if loud else word, len(word))`,
    java: `Map.Entry<String, Integer> split(String word, boolean loud) {
  return Map.entry(loud ? word.toUpperCase() : word, word.length());
}`,
  },
  {
    signature: 'double mean(vector<double> values /* never empty */, long long unsigned scale)',
    typed: '3 1 0.5 1 3000000000',
    json: '[[1, 0.5, 1.0], 3000000000]',
    expected: '2.5e+09',
    cpp: 'double mean(vector<double> v, unsigned long long scale) { return (v[0] + v[1] + v[2]) / 3 * scale; }',
    python: 'def mean(values, scale):\n    return sum(values) / 3 * scale',
    java: 'double mean(double[] v, long scale) { return (v[0] + v[1] + v[2]) / 3 * scale; }',
  },
  {
    signature: 'bool has(vector<char>, char)',
    typed: '3 a b c b',
    json: '[["a", "b", "c"], "b"]',
    expected: '1',
    cpp: 'bool has(vector<char> v, char c) { return count(v.begin(), v.end(), c) > 0; }',
    python: 'def has(values, wanted):\n    return wanted in values',
    java: 'boolean has(char[] v, char c) { for (char x : v) if (x == c) return true; return false; }',
  },
  {
    signature: 'void shout(vector<pair<int,string>> entries)',
    typed: '2 1 a 2 b',
    json: '[[[1, "a"], [2, "b"]]]',
    expected: 'a\nb\nvoid function executed successfully',
    cpp: 'void shout(vector<pair<int, string>> entries) { for (auto& e : entries) cout << e.second << "\\n"; }',
    python: 'def shout(entries):\n    for _, word in entries:\n        print(word)',
    java: 'void shout(Object[][] entries) { for (Object[] e : entries) System.out.println(e[1]); }',
  },
];
