import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javaProgram, javaTopLevelTypes, namesTypesBeyondAscii } from './java-source.js';

const main = 'public static void main(String[] args) {}';

/** `File`, or `File starts Class` where they differ. */
function named(source: string): string {
  const { fileName, mainClass } = javaProgram(source);
  return fileName === mainClass ? fileName : `${fileName} starts ${mainClass}`;
}

describe('javaProgram', () => {
  it.each(['Größe', '計算', 'Bài'.normalize('NFD'), 'Ⅻ', '€uro', '_x‿y', '𝒜bc'])(
    'reads the name %s whole',
    (name) => {
      expect(named(`public class ${name} { ${main} }`)).toBe(name);
    },
  );

  it.each(['Fo\u200bo', 'Foo\u00ad', 'F\ufeffoo', 'F\\u200boo'])(
    'reads %j as the compiler does, which ignores what nobody sees',
    (name) => {
      const source = `public class ${name} { ${main} }`;
      expect(named(source)).toBe('Foo');
      expect(namesTypesBeyondAscii(source)).toBe(false);
    },
  );

  it.each([
    ['a public class', `public class Solution { ${main} }`, 'Solution'],
    ['none that is public', `class bits { ${main} }`, 'bits'],
    ['the first that has main', `class Helper {} class App { ${main} }`, 'App'],
    ['two that have main', `class A { ${main} } class B { ${main} }`, 'A'],
    ['Main behind a helper', 'class Helper {} class Main { static void main(String[] a) {} }', 'Main'],
    ['no main at all', 'class Helper { void f() {} }', 'Main'],
    ['main in a nested class only', `class Outer { static class Inner { ${main} } }`, 'Outer'],
    ['a public class without main', 'public class Answer { int f() { return 1; } }', 'Answer'],
    ['main beside the public type', `public interface Shape {} class App { ${main} }`, 'Shape starts App'],
    ['a public type behind it', `class App { ${main} } public class Data {}`, 'Data starts App'],
    [
      'two public types, as the compiler refuses them',
      `public interface Shape {} public class App { ${main} }`,
      'App',
    ],
    ['nothing', '', 'Main'],
  ])('of %s', (_what, source, expected) => {
    expect(named(source)).toBe(expected);
  });

  it.each([
    'public enum Op { ADD { int of(int a) { return a; } }, SUB; int of(int a) { return -a; } }',
    'public interface Visitor { void visit(int n); }',
    'public record Point(int x, int y) { public Point { if (x < 0) throw new IllegalArgumentException("{"); } }',
    'public class Node { int value; public class Deep { public enum Kind { A } } }',
    'public static class Node { public static void main(String[] args) {} }',
    'public @interface Marked { String value() default "}"; }',
    'public sealed interface Tree permits Leaf {} public static final class Leaf implements Tree {}',
    "char open = '{', quote = '\"', escaped = '\\'', unicode = '\\u007b';",
    'String text = "public class Wrong { \\" {";',
    'String block = """\n  public class Wrong { "{" \\""" }\n  """;',
    'int[][] grid = {{1, 2}, {3}};',
    'Runnable task = new Runnable() { public void run() { for (;;) {} } };',
    'static int main(int n) { return n; } static void main() {} void main(String one) {}',
    'static <T extends Comparable<T>> T most(java.util.List<? extends T> list) { return list.get(0); }',
    '// public class Comment {\n/* public class Other { */',
    '// public class Comment {\r/* { */',
    '// public class Comment {\r\n',
    '/* class A { " */ /** {@code public class Doc} */',
    'int a = 6 / 2; // {',
    'static { System.out.print("{"); }',
    '@SuppressWarnings({"unchecked", "{"}) int marked;',
    'Object o = String.class, p = int[].class;',
  ])('is not misled by what stands before main: %s', (before) => {
    expect(named(`public class Right {\n${before}\n${main}\n}`)).toBe('Right');
    expect(named(`class Right {\n${before}\n${main}\n}`)).toBe('Right');
    expect(named(`class Right {\n${main}\n${before}\n}`)).toBe('Right');
  });

  it.each([
    'import java.util.*;\nimport static java.lang.Math.max;\n',
    'package a.record.b;\n',
    '@FunctionalInterface interface Op { int of(int a); }\n',
    '@SuppressWarnings({"rawtypes", "unchecked"}) class Other { }\n',
    '@Deprecated(since = "}") @SuppressWarnings(value = {"a"}) abstract class Other<T> { }\n',
    '@interface Note { Class<?>[] value() default {String.class}; }\n',
    'record Pair<A, B>(A first, B second) {}\n',
    'enum Kind { A("("), B(")"); Kind(String s) {} }\n',
    ';;\n',
    '\uFEFF',
    '// a comment that ends with the line only on an old Macintosh {\r',
    '/* public class Wrong { */',
  ])('is not misled by what stands before the class: %s', (before) => {
    expect(named(`${before}public class Right { ${main} }`)).toBe('Right');
    expect(named(`${before}class Right { ${main} }`)).toBe('Right');
    expect(named(`${before}strictfp public final class Right extends Object { ${main} }`)).toBe('Right');
  });

  it.each([
    'static public void main(String[] args)',
    'public static void main(final String... args)',
    'public static final synchronized void main(String args[]) throws Exception',
    '@Deprecated public static void main(@SuppressWarnings("x") java.lang.String[] args)',
    'public static <T> void main(String[] args)',
    'public\nstatic\rvoid /* here */ main // there\n(String [ ] args)',
    '\\u0070ublic static void m\\uu0061in(String[] args)',
  ])('knows main by every spelling: %s', (spelling) => {
    expect(named(`class Helper {} class Right { ${spelling} {} }`)).toBe('Right');
  });

  it.each(['interface', 'enum', 'record'])('starts a main of a public %s', (kind) => {
    const head = { interface: 'interface Right {', enum: 'enum Right { A;', record: 'record Right(int n) {' }[
      kind
    ];
    expect(named(`public ${head} static public void main(String[] a) {} }`)).toBe('Right');
    expect(named(`class Other {} ${head} public static void main(String[] a) {} }`)).toBe('Right');
  });

  it('needs no public before main in an interface', () => {
    const helper = 'class Helper { static void main(int n) {} }';
    expect(named(`${helper} interface Right { static void main(String[] a) {} }`)).toBe('Right');
  });

  it('reads unicode escapes as the compiler does, before all else', () => {
    expect(named('\\u0070ublic class Right { public static void main(String[] a) {} }')).toBe('Right');
    expect(named(`// \\u000a class Right { ${main} }`)).toBe('Right');
    expect(named(`class Right { String s = "\\\\u0022 class Wrong {"; ${main} }`)).toBe('Right');
  });

  it.each(['L'.repeat(251), 'Ö'.repeat(126)])(
    'falls back to Main where no file can have the name',
    (name) => {
      expect(named(`public class ${name} { ${main} }`)).toBe('Main');
    },
  );

  it('finds a name for any text', () => {
    const word = fc.constantFrom(
      ...[
        'public',
        'static',
        'class',
        'record',
        'enum',
        'void',
        'main',
        'String',
        '[]',
        '(',
        ')',
        '{',
        '}',
        ';',
      ],
      ...[
        '"',
        "'",
        '"""',
        '\\',
        '\\u',
        '//',
        '/*',
        '*/',
        '\n',
        '\r',
        '@',
        'interface',
        'A',
        '.',
        '...',
        '\uD835',
      ],
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(javaProgram(words.join(' ')).fileName).not.toBe('');
        expect(javaProgram(words.join('')).mainClass).not.toBe('');
      }),
    );
  });

  it.each([
    ...[
      '/*',
      '"""',
      '"\\',
      "'\\",
      'static ',
      'public ',
      'public final ',
      'void ',
      ' ',
      '\\"',
      'void main(',
      '\\u',
    ],
    ...[
      '{',
      '}',
      '(',
      ')',
      ';',
      '@',
      'class A{',
      'class ',
      'record A(',
      '\\uuuu',
      '\\u0022',
      '\r',
      '//\r',
      '..',
    ],
  ])('takes no longer than its length asks for: a megabyte of %j', (unit) => {
    const before = process.cpuUsage();
    javaProgram(`public class App { ${unit.repeat(2 ** 20 / unit.length)}`);
    // Processor time: what else the machine does must not count.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1500);
  });
});

/** As long as a source may be. */
const longest = 16 * 1024 * 1024 - 100;

describe('javaProgram of a source that is all one thing', () => {
  it.each(['\u0301', '\u10D0', '\u{1D49C}', '{', '@', '\\u', '\\u0061', '\\', "'", 'a '])(
    'comes to an end, and soon: %j',
    (unit) => {
      const source = `class A${unit.repeat(longest / Buffer.byteLength(unit))} {`;
      const before = process.cpuUsage();
      expect(javaProgram(source).fileName).not.toBe('');
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(4000);
    },
  );

  it('finds what stands behind a long word', () => {
    const word = '\u{1D49C}'.repeat(100_000);
    expect(javaProgram(`class ${word} {} public class B { ${'x'.repeat(5000)} y; }`).fileName).toBe('B');
  });

  it('reads an escape behind an even number of backslashes alone', () => {
    expect(
      javaProgram('class A { String s = "\\\\u0022; } public class B {}"; } public class C {}').fileName,
    ).toBe('C');
    expect(javaProgram('\\uu0070ublic class D {} class E {}').fileName).toBe('D');
  });
});

describe('namesTypesBeyondAscii', () => {
  it.each([
    ['class Nó {}', true],
    ['public class Main { void f() { class Größe {} } }', true],
    ['class Main { enum \\u00c9tat { A } }', true],
    ['record Ponto(int x) {} interface Árvore {}', true],
    ['class Main { int größe; String s = "class Nó {}"; } // class Nó', false],
    ['class Main { Object o = Nó.class; }', false],
    ['class Main {}', false],
  ])('looks at the names of types alone: %s', (source, expected) => {
    expect(namesTypesBeyondAscii(source)).toBe(expected);
  });
});

describe('javaTopLevelTypes', () => {
  it.each([
    ['int f() { class Inner {} return 1; }', []],
    ['// class Comment\nString s = "class Text {";', []],
    ['Object f() { return String.class; }', []],
    [
      'class Node {} public final class Solution { class Inner {} } enum Kind { A }',
      ['Node', 'Solution', 'Kind'],
    ],
  ])('finds those at the top level: %s', (source, names) => {
    expect(javaTopLevelTypes(source).map(({ name }) => name)).toEqual(names);
  });
});
