import { describe, expect, it } from 'vitest';
import { javaClassNames, javaSolution } from './java-solution.js';

describe('javaSolution', () => {
  it('puts methods without a class into one, each on its own line', () => {
    const source = 'import java.util.\n  List;\nint f(int a) {\n  return a;\n}';
    const { file, code } = javaSolution(source);
    expect(file).toBe('Solution.java');
    expect(code.split('\n')[2]).toBe('int f(int a) {');
    expect(code).toMatch(/^[^\n]*import java.util. List; class Solution \{/);
  });

  it('keeps a source with classes as it is, in the file of its public class', () => {
    const source = 'public class Answer { int f() { return 1; } }';
    expect(javaSolution(source)).toEqual({ file: 'Answer.java', code: source });
    expect(javaSolution('class Solution {}').file).toBe('Main.java');
  });
});

describe('javaClassNames', () => {
  it.each([
    ['int f() { class Inner {} return 1; }', []],
    ['// class Comment\nString s = "class Text {";', []],
    ['Object f() { return String.class; }', []],
    [
      'class Node {} public final class Solution { class Inner {} } enum Kind { A }',
      ['Solution', 'Node', 'Kind'],
    ],
  ])('finds those at the top level: %s', (source, names) => {
    expect(javaClassNames(source)).toEqual(names);
  });
});

describe('a hostile source of a megabyte', () => {
  it.each(['import ', '{', '}', 'class ', 'import a.b\n', ' \n'])('of %j takes linear time', (piece) => {
    // Processor time: what else the machine does must not count.
    const before = process.cpuUsage();
    javaSolution(piece.repeat(1_000_000 / piece.length));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });
});
