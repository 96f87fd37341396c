import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageNamed, readLanguageName } from './language-name.js';

describe('languageNamed', () => {
  it.each([
    ...[
      'cpp',
      'C++',
      ' c++ ',
      'CPP',
      'cplusplus',
      'C plus plus',
      'cc',
      'cxx',
      'c++17',
      'cpp17',
      'CPP17',
      'Cpp 17',
    ],
    ...[
      'c++14',
      'c++20',
      'C++ 20',
      'C++11',
      'c++98',
      'C++1z',
      'C++2a',
      'c++23',
      'g++',
      'G++17',
      'GNU C++17',
      'gnu++14',
    ],
    ...[
      'C++ (GCC)',
      'C++ (GCC 9.2.0)',
      'GNU G++17 7.3.0',
      'GNU G++20 13.2 (64 bit, winlibs)',
      'C++17 (GCC 7-32)',
    ],
    ...[
      'C++ 17 (Clang 16.0.6)',
      'Clang++17 Diagnostics',
      'C/C++',
      '-std=c++17',
      'std=gnu++17',
      'ISO C++14',
      'C＋＋',
      '.cpp',
    ],
    ...['cpp_17', 'cpp-17', 'C++_20', 'c++ v17', 'g++-12'],
  ])('reads %j as C++', (name) => {
    expect(languageNamed(name)).toBe('cpp');
  });

  it.each([
    ...[
      'python',
      'Python3',
      'Python 3',
      'PY',
      'py3',
      'PYTHON3',
      'python3.11',
      'Python 3.8.10',
      'Python (3.8.1)',
    ],
    ...[
      'CPython 3.12',
      'Python (CPython 3.11.4)',
      'python-3',
      'Python 3.x',
      'Python_3',
      'python38',
      '.py',
      'Python v3.9',
    ],
  ])('reads %j as Python', (name) => {
    expect(languageNamed(name)).toBe('python');
  });

  it.each([
    ...[
      'java',
      'JAVA',
      'Java 8',
      'java11',
      'java 17',
      'Java 11',
      'Java 1.8.0',
      'java-17',
      'Java (OpenJDK 17)',
    ],
    ...['OpenJDK 11', 'JDK 17', 'Java SE 8', 'Java 21 (64bit)', 'Java 17 LTS', 'java_8', '.java'],
  ])('reads %j as Java', (name) => {
    expect(languageNamed(name)).toBe('java');
  });

  it.each([
    ...[
      '',
      ' ',
      '17',
      '++',
      'c',
      'C11',
      'C17 (GCC)',
      'gcc',
      'c#',
      'C# 10',
      'csharp',
      'objective-c',
      'objective-c++',
    ],
    ...[
      'javascript',
      'Java Script',
      'java-script',
      'JS',
      'TypeScript',
      'pypy',
      'PyPy3',
      'Python (PyPy 3)',
      'Jython',
    ],
    ...[
      'python & java',
      'cpp python',
      'java cpp',
      'rust',
      'Go',
      'cobol',
      'micropython',
      'C++/CLI',
      'Visual C++',
      'CUDA C++',
    ],
    ...[
      'kotlin',
      'scala',
      'constructor',
      '__proto__',
      'c+',
      'c+++',
      'p y',
      'd',
      'c++ script',
      'x',
      'v3',
      'c_sharp',
    ],
  ])('reads %j as none that is graded', (name) => {
    expect(readLanguageName(name)).toEqual({ kind: 'unknown' });
  });

  it.each(['Python 2', 'python2', 'py2', 'Python 2.7.18', 'python27', 'Python (2.7.17)', 'Python 1.5'])(
    'tells that %j is another version',
    (name) => {
      expect(readLanguageName(name)).toEqual({ kind: 'other-version', language: 'python' });
    },
  );

  it.each([
    'C++20',
    'c++2a',
    'GNU G++20 13.2 (64 bit, winlibs)',
    'C++23',
    'java 17',
    'Java 21',
    'Python 3.13',
  ])('tells that %j may be newer than what there is', (name) => {
    expect(readLanguageName(name)).toMatchObject({ kind: 'known', newerVersion: name });
  });

  it.each([
    'C++',
    'C++17',
    'g++ 12.2.0',
    'C++17 (GCC 7-32)',
    'Python 3',
    'py3',
    'java',
    'Java 11',
    'Java 1.8',
    'Java 8 64bit',
  ])('has no doubt about the version of %j', (name) => {
    expect(readLanguageName(name)).not.toHaveProperty('newerVersion');
  });

  it('reads any text, and the same in every case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(['known', 'other-version', 'unknown']).toContain(readLanguageName(text).kind);
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('c++', 'python3', 'java 11'),
        fc.boolean(),
        fc.nat(3),
        (name, upper, blanks) => {
          const written = `${' '.repeat(blanks)}${upper ? name.toUpperCase() : name}${' '.repeat(blanks)}`;
          expect(languageNamed(written)).toBe(languageNamed(name));
        },
      ),
    );
  });
});
