import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../../domain/judging/language.js';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, text, withLease } from '../docker-fixture.js';

describe('a sandbox', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  it('compiles and runs C++', () =>
    withLease(test.sandbox, async (container) => {
      await container.writeFile(
        'main.cpp',
        Buffer.from(
          '#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << "\\n"; }',
        ),
      );
      const compiled = await run(container, ['g++', '-std=c++17', '-O1', 'main.cpp', '-o', 'main']);
      expect(compiled).toMatchObject({ end: 'exited', exitCode: 0 });
      const ran = await run(container, ['./main'], { stdin: '3 5\n' });
      expect(ran).toMatchObject({ end: 'exited', exitCode: 0, signal: null, stderrTruncated: false });
      expect(text(ran.stdout)).toBe('8\n');
      expect(ran.peakMemoryKb).toBeGreaterThan(1000);
      expect(ran.peakMemoryKb).toBeLessThan(8000);
    }));

  it('hands back what the compiler says', () =>
    withLease(test.sandbox, async (container) => {
      await container.writeFile('main.cpp', Buffer.from('int main() { return x; }'));
      const compiled = await run(container, ['g++', 'main.cpp', '-o', 'main']);
      expect(compiled).toMatchObject({ end: 'exited', exitCode: 1 });
      expect(text(compiled.stderr)).toContain("'x' was not declared");
    }));

  it('runs Python', () =>
    withLease(test.sandbox, async (container) => {
      await container.writeFile('main.py', Buffer.from('print(sum(map(int, input().split())))'));
      expect(await run(container, ['python3', '-m', 'py_compile', 'main.py'])).toMatchObject({ exitCode: 0 });
      const ran = await run(container, ['python3', 'main.py'], { stdin: '3 5' });
      expect(text(ran.stdout)).toBe('8\n');
    }));

  it('compiles and runs Java', () =>
    withLease(test.sandbox, async (container) => {
      const source =
        'import java.util.*; public class Main { public static void main(String[] a) { var s = new Scanner(System.in); System.out.println(s.nextInt() + s.nextInt()); } }';
      await container.writeFile('Main.java', Buffer.from(source));
      const compiled = await run(container, ['javac', '-encoding', 'UTF-8', 'Main.java']);
      expect(compiled).toMatchObject({ end: 'exited', exitCode: 0 });
      const ran = await run(container, ['java', 'Main'], {
        stdin: '3 5',
        limits: { memoryKb: 256 * 1024, timeMs: scaled(5000) },
      });
      expect(text(ran.stdout)).toBe('8\n');
    }));

  it.each(['Größe', '計算', 'Bài'.normalize('NFD')])('compiles and runs the Java class %s', (name) =>
    withLease(test.sandbox, async (container) => {
      const source = `public class ${name} { record Teil(int n) {} public static void main(String[] a) { System.out.println(new Teil(7).n() + " ü"); } }`;
      const file = languages.java.sourceFile(source);
      expect(file).toBe(`${name}.java`);
      await container.writeFile(file, Buffer.from(source));
      const compiled = await run(container, languages.java.compileCommand([file], []));
      expect(text(compiled.stderr)).toBe('');
      expect(compiled).toMatchObject({ end: 'exited', exitCode: 0 });
      const ran = await run(container, languages.java.runCommand(file));
      expect(text(ran.stdout)).toBe('7 ü\n');
    }),
  );

  it.each([
    [
      'a nested public enum before main',
      'public class Main { public enum Op { ADD("}"); Op(String s) {} } public static void main(String[] a) { System.out.println(Op.ADD); } }',
      'ADD',
    ],
    [
      'no public class',
      "class bits { public static void main(String[] a) { System.out.println('{'); } }",
      '{',
    ],
    [
      'a public interface beside the class with main',
      'public interface Shape { int area(); }\nclass App { public static void main(String[] a) { Shape s = () -> 7; System.out.println(s.area()); } }',
      '7',
    ],
    [
      'line ends of an old Macintosh',
      '// public class Wrong {\rclass Right { // {\rpublic static void main(String... a) { System.out.println(1); } }\r',
      '1',
    ],
    [
      'main of an interface',
      'interface Start { static void main(String[] a) { System.out.println(2); } }',
      '2',
    ],
  ])('starts a Java program with %s', (_what, source, printed) =>
    withLease(test.sandbox, async (container) => {
      const { java } = languages;
      const file = java.sourceFile(source);
      await container.writeFile(file, Buffer.from(source));
      const compiled = await run(container, java.compileCommand([file], []));
      expect(text(compiled.stderr)).toBe('');
      const ran = await run(container, java.runCommand(java.startFile?.(source) ?? file, 182_272));
      expect(text(ran.stdout).trim()).toBe(printed);
    }),
  );

  it.each([
    ['hoards', 'var l = new java.util.ArrayList<long[]>(); for (;;) l.add(new long[1000]);', 'exhausted'],
    ['asks for one array that is too large', 'System.out.println(new int[400_000_000].length);', 'exhausted'],
    [
      'swallows what it is told',
      'for (;;) try { long[] l = new long[99_000_000]; l[0] = 1; } catch (Throwable t) {}',
      'exhausted',
    ],
    [
      'hoards outside the heap',
      'var l = new java.util.ArrayList<Object>(); for (;;) l.add(java.nio.ByteBuffer.allocateDirect(1 << 20));',
      'memory-limit',
    ],
    ['recurses without an end', 'main(a);', 'StackOverflowError'],
    [
      'leaves much garbage',
      'long s = 0; for (int i = 0; i < 2_000_000; i++) s += new byte[1000].length; System.out.println(s);',
      'within',
    ],
    ['recurses deep', 'System.out.println(deep(50_000));', 'within'],
    [
      'says that its heap is exhausted',
      'System.err.println("Aborting due to java.lang.OutOfMemoryError: Java heap space"); System.exit(134);',
      'exit 134',
    ],
  ])('tells of a Java program whether its memory was exhausted: one that %s', (_what, body, expected) =>
    withLease(test.sandbox, async (container) => {
      const { java } = languages;
      // What a problem with 64 MiB gives Java.
      const memoryLimitKb = 2 * 65_536 + 51_200;
      const source = `class App { static int deep(int n) { return n == 0 ? 0 : 1 + deep(n - 1); } public static void main(String[] a) throws Exception { ${body} } }`;
      await container.writeFile('App.java', Buffer.from(source));
      expect(text((await run(container, java.compileCommand(['App.java'], []))).stderr)).toBe('');
      const limits = { memoryKb: memoryLimitKb + 65_536 };
      const ran = await run(container, java.runCommand('App.java', memoryLimitKb), { limits });
      const exhausted = java.memoryExhausted?.(ran) ?? false;
      const error = /StackOverflowError/.exec(text(ran.stderr))?.[0];
      const within =
        ran.exitCode === 0 && ran.peakMemoryKb <= memoryLimitKb ? 'within' : `exit ${ran.exitCode}`;
      expect(exhausted ? 'exhausted' : ran.end === 'memory-limit' ? ran.end : (error ?? within)).toBe(
        expected,
      );
      if (error !== undefined) expect(ran.peakMemoryKb).toBeLessThanOrEqual(memoryLimitKb);
    }),
  );

  it('encodes the output of a Java class with an ASCII name as the image does', () =>
    withLease(test.sandbox, async (container) => {
      const source =
        'public class Main { public static void main(String[] a) { System.out.println("\\u00fc " + java.util.Locale.getDefault()); } }';
      await container.writeFile('Main.java', Buffer.from(source));
      await run(container, languages.java.compileCommand(['Main.java'], []));
      const plain = await run(container, ['java', 'Main']);
      const ours = await run(container, languages.java.runCommand('Main.java'));
      expect(text(ours.stdout)).toBe(text(plain.stdout));
    }));

  it('spells the error output of Java in UTF-8, and leaves its output as the image has it', () =>
    withLease(test.sandbox, async (container) => {
      const { java } = languages;
      const source =
        'public class Main { static void größe() { throw new IllegalStateException("Số quá lớn 😀"); } public static void main(String[] a) { System.out.println("\\u00fc"); größe(); } }';
      await container.writeFile('Main.java', Buffer.from(source));
      await run(container, java.compileCommand(['Main.java'], []));
      const plain = await run(container, ['java', 'Main']);
      const ours = await run(container, java.runCommand('Main.java', 256_000));
      expect(text(ours.stdout)).toBe(text(plain.stdout));
      expect(text(ours.stderr)).toMatch(/IllegalStateException: Số quá lớn 😀\n\tat Main\.größe/);
    }));

  it('keeps the work area between the commands of a lease and empties /tmp when asked', () =>
    withLease(test.sandbox, async (container) => {
      await run(container, ['sh', '-c', 'echo kept > kept; echo gone > /tmp/gone']);
      expect(text((await run(container, ['cat', 'kept', '/tmp/gone'])).stdout)).toBe('kept\ngone\n');
      const fresh = await run(container, ['cat', 'kept', '/tmp/gone'], { freshTmp: true });
      expect(text(fresh.stdout)).toBe('kept\n');
      expect(fresh.exitCode).toBe(1);
    }));

  it.each(['', '.', '..', 'a/b', '/etc/passwd', 'a\0b', 'x'.repeat(256)])(
    'refuses to write a file named %j',
    (name) =>
      withLease(test.sandbox, async (container) => {
        await expect(container.writeFile(name, Buffer.from('x'))).rejects.toThrow('not a plain file name');
      }),
  );

  it('replaces a link instead of writing through it', () =>
    withLease(test.sandbox, async (container) => {
      await run(container, ['sh', '-c', 'echo before > target; ln -s target main.py']);
      await container.writeFile('main.py', Buffer.from('after'));
      expect(text((await run(container, ['cat', 'target', 'main.py'])).stdout)).toBe('before\nafter');
    }));
});
