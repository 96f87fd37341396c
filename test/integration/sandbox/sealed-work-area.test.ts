import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeasedContainer } from '../../../activities/dependencies.js';
import type { TestSandbox } from '../docker-fixture.js';
import { generousLimits, never, openTestSandbox, run, text, withLease } from '../docker-fixture.js';

function seal(container: LeasedContainer, script: string, namesStreams = false) {
  return container.execute(
    {
      argv: ['sh', '-c', script],
      stdin: new Uint8Array(),
      limits: generousLimits,
      sealWorkArea: true,
      namesStreams,
    },
    never,
  );
}

const listing = 'ls -A -1 | sort | tr "\\n" " "';

describe('a sealed work area', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  const look = async (container: LeasedContainer, script: string) =>
    text((await run(container, ['sh', '-c', script], { freshTmp: true })).stdout);

  it('keeps what a command made, and lets no later one change it', () =>
    withLease(test.sandbox, async (container) => {
      await seal(
        container,
        'mkdir -p in/ner; echo one > in/ner/file; printf "echo ran" > tool; chmod 700 tool',
      );
      const attack =
        'rm -rf in tool; echo two > in/ner/file; mv tool gone; chmod 777 tool in; echo x > in/new; echo "$?"';
      expect(await look(container, attack)).toBe('2\n');
      expect(await look(container, `${listing}; cat in/ner/file; ls in; ./tool`)).toBe(
        'in tool one\nner\nran\n',
      );
    }));

  it('is cleared of everything else before a command that asks for fresh places', () =>
    withLease(test.sandbox, async (container) => {
      await seal(container, 'echo kept > kept');
      await look(
        container,
        'mkdir -p a/b; echo x > a/b/c; chmod 0 a; ln -s /etc link; mkfifo pipe; ln kept more',
      );
      expect(await look(container, `${listing}; cat kept`)).toBe('kept kept\n');
    }));

  it('holds no link, pipe or device', () =>
    withLease(test.sandbox, async (container) => {
      await seal(container, 'ln -s /etc/passwd link; mkfifo pipe; echo kept > kept; mkdir .sealing-0');
      expect(await look(container, listing)).toBe('.sealing-0 kept ');
    }));

  it.each([
    ['a shell', ['sh', '-c', 'cat < input.txt > output.txt']],
    ['Python', ['python3', '-c', "open('output.txt', 'w').write(open('input.txt').read())"]],
    ['what reads its input once more', ['sh', '-c', 'cat > /dev/null; cat input.txt']],
    [
      'what opens its input to read and write, as an fstream does',
      ['python3', '-c', "import os; os.write(1, os.read(os.open('input.txt', os.O_RDWR), 9))"],
    ],
    [
      'what writes over its input',
      [
        'python3',
        '-c',
        "f = open('input.txt', 'r+'); t = f.read(); f.seek(0); f.write('9' * 9); f.close(); print(t, end='')",
      ],
    ],
  ])('names the input and the output of a program as the legacy workers do, for %s', (_, argv) =>
    withLease(test.sandbox, async (container) => {
      await seal(container, 'touch main', true);
      expect(await look(container, listing)).toBe('input.txt main output.txt ');
      for (const stdin of ['3 5', '4 4'])
        expect(text((await run(container, argv, { stdin, freshTmp: true })).stdout)).toBe(stdin);
    }),
  );

  it('leaves to a submission what it calls input.txt itself, and tells no time by the links', () =>
    withLease(test.sandbox, async (container) => {
      await seal(container, 'mkdir input.txt; echo own > output.txt', true);
      expect(await look(container, 'ls input.txt; cat output.txt')).toBe('own\n');
      await seal(container, 'rm -rf input.txt output.txt', true);
      expect(await look(container, 'stat -c "%Y %u" input.txt output.txt')).toBe('0 0\n0 0\n');
    }));

  it('is not made by a command that failed', () =>
    withLease(test.sandbox, async (container) => {
      expect(await seal(container, 'echo one > file; exit 1')).toMatchObject({ exitCode: 1 });
      expect(await look(container, 'echo two > file; cat file')).toBe('two\n');
    }));

  it('is gone with the next file that is written, and with a reset', async () => {
    await withLease(test.sandbox, async (container) => {
      await seal(container, 'mkdir in; echo one > in/file; echo one > main');
      await container.writeFile('main', Buffer.from('two'));
      expect(await look(container, `${listing}; echo three > main; cat main`)).toBe('main three\n');
      await seal(container, 'mkdir in; echo one > in/file');
    });
    await withLease(test.sandbox, async (container) => {
      expect(await look(container, listing)).toBe('');
    });
  });

  it('refuses more than it can hold', () =>
    withLease(test.sandbox, async (container) => {
      const many = 'i=0; while [ $i -lt 5000 ]; do : > $i; i=$((i+1)); done';
      expect(await seal(container, many)).toMatchObject({ end: 'output-limit', exitCode: 0 });
      const deep = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mkdir d; cd d; done';
      await container.writeFile('again', Buffer.from(''));
      expect(await seal(container, deep)).toMatchObject({ end: 'output-limit' });
      const large = 'for i in 1 2 3; do head -c 60000000 /dev/zero > $i; done';
      expect(await seal(container, large)).toMatchObject({ end: 'output-limit' });
    }));
});
