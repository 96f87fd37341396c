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
    const message = compileMessage(gcc, null);
    expect(message).not.toContain('/sandbox/');
    expect(message.split('\n')).toHaveLength(8);
  });

  it('shows the first five error lines and how many are left under the go rules', () => {
    const lines = compileMessage(gcc, 5).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe("main.cpp:1:3: error: 'x0' was not declared");
    expect(lines[5]).toBe('… (2 more)');
  });

  it('shows a message that names no error line from its beginning', () => {
    const python = '  File "main.py", line 1\n    print(\n         ^\nSyntaxError: \'(\' was never closed\n';
    expect(compileMessage(python, 5)).toContain('SyntaxError');
    expect(compileMessage(python, 5)).toContain('line 1');
  });

  it('replaces the names of temporary objects', () => {
    const linker =
      "/usr/bin/ld: /tmp/ccAb12Cd.o: in function `main':\nmain.cpp:(.text+0x5): undefined reference to `f()'";
    expect(compileMessage(linker, null)).toContain('ld: main.o: in function');
  });

  it('says so when the compiler printed nothing', () => {
    expect(compileMessage(' \n', null)).toBe('The compiler failed without a message.');
  });

  it('tells a student in function mode what the lines of the harness mean', () => {
    const message = compileMessage(
      "harness.cpp: In function 'int main()':\nharness.cpp:80:21: error: 'f' was not declared in this scope\n",
      5,
    );
    expect(message).toContain("harness.cpp:80:21: error: 'f' was not declared");
    expect(message).toContain('Lines of harness.cpp are not yours');
  });

  it("does not name the harness where the student's own file is wrong", () => {
    const message = compileMessage(
      'In file included from harness.cpp:68:\nsolution.cpp:2:10: error: expected ";"\n',
      null,
    );
    expect(message).toBe('solution.cpp:2:10: error: expected ";"');
  });
});
