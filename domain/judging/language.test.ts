import { describe, expect, it } from 'vitest';
import { findLanguage, javaMainClass, languages } from './language.js';

describe('findLanguage', () => {
  it('finds a language by its name, its aliases and in any letter case', () => {
    expect(findLanguage('cpp')?.language).toBe('cpp');
    expect(findLanguage(' C++ ')?.language).toBe('cpp');
    expect(findLanguage('Python3')?.language).toBe('python');
    expect(findLanguage('JAVA')?.language).toBe('java');
  });

  it('knows no language outside the registry, nor names of object properties', () => {
    expect(findLanguage('rust')).toBeUndefined();
    expect(findLanguage('')).toBeUndefined();
    expect(findLanguage('constructor')).toBeUndefined();
  });
});

describe('the commands of Java', () => {
  it('set a locale for names outside ASCII, and for no others', () => {
    const { java } = languages;
    expect(java.compileCommand(['Main.java'], [])).toEqual(['javac', '-encoding', 'UTF-8', 'Main.java']);
    expect(java.runCommand('Main.java')).toEqual(['java', 'Main']);
    expect(java.compileCommand(['Größe.java'], []).slice(0, 3)).toEqual(['env', 'LC_ALL=C.UTF-8', 'javac']);
    expect(java.runCommand('Größe.java')).toEqual(['env', 'LC_ALL=C.UTF-8', 'java', 'Größe']);
  });
});

describe('javaMainClass', () => {
  it.each(['Größe', '計算', 'Bài'.normalize('NFD'), 'Ⅻ', '€uro', '_x‿y'])(
    'reads the name %s whole',
    (name) => {
      expect(javaMainClass(`public class ${name} { public static void main(String[] a) {} }`)).toBe(name);
    },
  );

  it('takes the public class', () => {
    expect(javaMainClass('public class Solution { public static void main(String[] a) {} }')).toBe(
      'Solution',
    );
  });

  it('falls back to Main where no class is public', () => {
    expect(javaMainClass('class Helper {} class Main { static void main(String[] a) {} }')).toBe('Main');
  });

  it('is not misled by comments and strings', () => {
    const source =
      '// public class Wrong\n/* public class Worse */ public final class Right { String s = "public class No"; public static void main(String... a) {} }';
    expect(javaMainClass(source)).toBe('Right');
  });

  it('prefers the public class that has main over an earlier public one', () => {
    expect(
      javaMainClass('public interface Shape {}\npublic class App { public static void main(String[] a) {} }'),
    ).toBe('App');
  });

  it.each(['L'.repeat(251), 'Ö'.repeat(126)])(
    'falls back to Main where no file can have the name',
    (name) => {
      expect(javaMainClass(`public class ${name} { public static void main(String[] a) {} }`)).toBe('Main');
    },
  );

  it.each([
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
  ])('takes no longer than its length asks for: a megabyte of %j', (unit) => {
    // CPU time: other tests run beside this one.
    const before = process.cpuUsage();
    javaMainClass(`public class App { ${unit.repeat(2 ** 20 / unit.length)}`);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });
});
