import { describe, expect, it } from 'vitest';
import { findLanguage, javaMainClass } from './language.js';

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

describe('javaMainClass', () => {
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

  it.each([
    ['comments', '/*'],
    ['strings', '"\\'],
    ['characters', "'\\"],
    ['modifiers', 'static '],
    ['lines', '"\n'],
  ])('takes linear time on a megabyte of unclosed %s', (_what, piece) => {
    const startedAt = performance.now();
    javaMainClass(`public class A { ${piece.repeat(1_000_000 / piece.length)}`);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
