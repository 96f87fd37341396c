import { describe, expect, it } from 'vitest';
import { javaStartMessage } from './java-start-message.js';

const notFound = 'Error: Could not find or load main class Main\nCaused by: java.lang.';

describe('javaStartMessage', () => {
  it.each([
    [
      'a package, as Java 17 says it',
      `${notFound}NoClassDefFoundError: Main (wrong name: a/b/Main)`,
      /package \("a\.b"\)/,
    ],
    [
      'a package, as Java 11 says it',
      `${notFound}NoClassDefFoundError: a/Main (wrong name: Main)`,
      /package \("a"\)/,
    ],
    [
      'no class of the name',
      `${notFound}ClassNotFoundException: Main`,
      /at its top level, not within another class/,
    ],
    [
      'no main',
      'Error: Main method not found in class Main, please define the main method as:',
      /no main method/,
    ],
    ['a main that is not static', 'Error: Main method is not static in class Main, please', /no main method/],
  ])('explains %s', (_what, printed, expected) => {
    expect(javaStartMessage(printed)).toMatch(expected);
  });

  it('leaves exceptions of the program alone', () => {
    expect(
      javaStartMessage('Exception in thread "main" java.lang.NoClassDefFoundError: Gone'),
    ).toBeUndefined();
    expect(javaStartMessage('')).toBeUndefined();
  });
});
