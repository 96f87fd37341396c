import { describe, expect, it } from 'vitest';
import { compileMessage } from './compile-message.js';

const gcc = [
  "/sandbox/main.cpp: In function 'int main()':",
  ...Array.from(
    { length: 7 },
    (_, index) => `/sandbox/main.cpp:${index + 1}:3: error: 'x${index}' was not declared`,
  ),
  '',
].join('\n');

describe('compileMessage', () => {
  it('shows everything, without the paths of the sandbox, under the python rules', () => {
    const message = compileMessage(gcc, null, 'cpp');
    expect(message).not.toContain('/sandbox/');
    expect(message.split('\n')).toHaveLength(8);
  });

  it('shows the first five error lines and how many are left under the go rules', () => {
    const lines = compileMessage(gcc, 5, 'cpp').split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe("main.cpp:1:3: error: 'x0' was not declared");
    expect(lines[5]).toBe('… (2 more)');
  });

  it('shows a message that names no error line from its beginning', () => {
    const python = '  File "main.py", line 1\n    print(\n         ^\nSyntaxError: \'(\' was never closed\n';
    expect(compileMessage(python, 5, 'python')).toContain('SyntaxError');
    expect(compileMessage(python, 5, 'python')).toContain('line 1');
  });

  it('replaces the names of temporary objects', () => {
    const linker =
      "/usr/bin/ld: /tmp/ccAb12Cd.o: in function `main':\nmain.cpp:(.text+0x5): undefined reference to `f()'";
    expect(compileMessage(linker, null, 'cpp')).toContain('ld: main.o: in function');
  });

  it('says so when the compiler printed nothing', () => {
    expect(compileMessage(' \n', null, 'cpp')).toBe('The compiler failed without a message.');
  });

  it('tells a student in function mode what the lines of the harness mean', () => {
    const message = compileMessage(
      "harness.cpp: In function 'int main()':\nharness.cpp:80:21: error: 'f' was not declared in this scope\n",
      5,
      'cpp',
    );
    expect(message).toContain("harness.cpp:80:21: error: 'f' was not declared");
    expect(message).toContain('Lines of harness.cpp are not yours');
  });

  it("does not name the harness where the student's own file is wrong", () => {
    const message = compileMessage(
      'In file included from harness.cpp:68:\nsolution.cpp:2:10: error: expected ";"\n',
      null,
      'cpp',
    );
    expect(message).toBe('solution.cpp:2:10: error: expected ";"');
  });

  it('takes no line of the program for an error line', () => {
    const quoting = [
      "main.cpp:3:20: error: 'x' was not declared in this scope",
      '    3 |   std::string error = "error: "; x = 1;',
      '      |                                  ^',
      'main.cpp:4:10: warning: unused variable',
      'main.cpp:9:1: fatal error: no_such.h: No such file or directory',
    ].join('\n');
    expect(compileMessage(quoting, 5, 'cpp').split('\n')).toEqual([
      "main.cpp:3:20: error: 'x' was not declared in this scope",
      'main.cpp:9:1: fatal error: no_such.h: No such file or directory',
    ]);
  });

  it('shows what the linker missed', () => {
    const linker =
      "/usr/bin/ld: /tmp/ccAb12Cd.o: in function `main':\nmain.cpp:(.text+0x5): undefined reference to `f()'\ncollect2: error: ld returned 1 exit status\n";
    expect(compileMessage(linker, 5, 'cpp')).toBe("main.cpp:(.text+0x5): undefined reference to `f()'");
    expect(compileMessage('collect2: error: ld returned 1 exit status', 5, 'cpp')).toContain('ld returned');
  });

  it.each([
    [
      'arrays beyond what can be addressed',
      "/tmp/ccAb12Cd.o: in function `main':\nmain.cpp:(.text+0x44): relocation truncated to fit: R_X86_64_PC32 against `.bss'\n",
      "main.cpp:(.text+0x44): relocation truncated to fit: R_X86_64_PC32 against `.bss'",
    ],
    [
      'the same, told of the library',
      '/usr/bin/ld: failed to convert GOTPCREL relocation; relink with --no-relax\n',
      'ld: failed to convert GOTPCREL relocation; relink with --no-relax',
    ],
    [
      'a full disk',
      '/usr/bin/ld: final link failed: No space left on device\n',
      'ld: final link failed: No space left on device',
    ],
  ])('shows what the linker says, not that it failed: %s', (_what, said, shown) => {
    const warning =
      'main.cpp:3:7: warning: unused variable [-Wunused-variable]\n'.repeat(9) +
      "main.cpp:(.text+0x5): warning: the `tmpnam' function is dangerous\n" +
      "/usr/bin/ld: /tmp/ccAb12Cd.o: warning: relocation against `_ZN1A1xE' in read-only section `.text'\n";
    const message = compileMessage(`${warning}${said}collect2: error: ld returned 1 exit status\n`, 5, 'cpp');
    expect(message.split('\n')[0]).toBe(shown);
    expect(message).not.toMatch(/warning|collect2|in function/);
  });

  it('explains an address that is too far away, whoever asks', () => {
    const said =
      "main.cpp:(.text+0x44): relocation truncated to fit: R_X86_64_PC32 against `.bss'\ncollect2: error: ld returned 1 exit status\n";
    for (const errorLines of [null, 5])
      expect(compileMessage(said, errorLines, 'cpp')).toMatch(/global and static arrays.*more than 2 GB/);
  });
});

describe('compileMessage for Python', () => {
  it.each([
    [
      'a quoted line with the word error',
      '    raise error error\n                ^^^^^\n',
      'SyntaxError: invalid syntax',
    ],
    [
      'a call of error()',
      '    error("x\n          ^\n',
      'SyntaxError: unterminated string literal (detected at line 3)',
    ],
  ])('shows the whole report: %s', (_what, line, last) => {
    const report = `  File "main.py", line 3\n${line}${last}`;
    expect(compileMessage(`${report}\n`, 5, 'python')).toBe(report);
  });

  it('leaves out what is no error, and keeps its end whatever is quoted', () => {
    const warning = 'main.py:1: SyntaxWarning: invalid escape sequence\n  x = "\\d"\n'.repeat(4);
    const report = `  File "main.py", line 9\n    ${'x'.repeat(5000)}\n    ^\nSyntaxError: invalid syntax`;
    const message = compileMessage(warning + report, 5, 'python');
    expect(message).toMatch(/^ {2}File "main\.py", line 9\n {4}x+…\n {4}\^\nSyntaxError: invalid syntax$/);
    expect(message.length).toBeLessThan(600);
    expect(
      compileMessage('Sorry: IndentationError: unexpected indent (main.py, line 2)\n', 5, 'python'),
    ).toBe('Sorry: IndentationError: unexpected indent (main.py, line 2)');
    const trace = `Traceback (most recent call last):\n${'  internals\n'.repeat(9)}RecursionError: too deep`;
    expect(compileMessage(trace, 5, 'python')).toMatch(/RecursionError: too deep$/);
  });
});

describe('compileMessage for Java', () => {
  const missing = (line: number, symbol: string) =>
    `Main.java:${line}: error: cannot find symbol\n    String error = ${symbol};\n                   ^\n  symbol:   variable ${symbol}\n  location: class Main\n`;

  it('names each symbol that cannot be found', () => {
    const printed = `${[1, 2, 3].map((n) => missing(n, `x${n}`)).join('')}Note: Some messages have been simplified\n3 errors\n`;
    const message = compileMessage(printed, 5, 'java');
    for (const n of [1, 2, 3]) expect(message).toContain(`symbol:   variable x${n}\n  location: class Main`);
    expect(message).not.toMatch(/Note|3 errors/);
  });

  it('shows five errors, not five lines, and how many are left', () => {
    const printed = `${[1, 2, 3, 4, 5, 6, 7].map((n) => missing(n, `x${n}`)).join('')}7 errors\n`;
    const message = compileMessage(printed, 5, 'java');
    expect(message).toContain('variable x5');
    expect(message).not.toContain('variable x6');
    expect(message).toMatch(/\n… \(2 more\)$/);
  });

  it('leaves warnings out, and shows what has another form from its beginning', () => {
    const warned = 'Main.java:2: warning: [removal] x\n    new Integer(3)\n    ^\n';
    expect(compileMessage(`${warned}${missing(5, 'y')}1 error\n1 warning\n`, 5, 'java')).not.toContain(
      'removal',
    );
    expect(compileMessage('error: file not found: Main.java', 5, 'java')).toBe(
      'error: file not found: Main.java',
    );
    expect(compileMessage('An exception has occurred in the compiler', 5, 'java')).toContain('An exception');
  });
});
