import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
/** What the build made: tests run after it. */
const built = readdirSync(join(projectRoot, 'dist'));
const dockerfile = 'deploy/images/engine.Dockerfile';

/** All that installs, starts or describes the programs; the change log also tells of earlier ones. */
const files = [
  ...['grader', 'package.json', 'docker-compose.yml'],
  ...readdirSync(projectRoot).filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md'),
  ...['deploy', 'docs'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(png|json)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(projectRoot.length + 1)),
  ),
];

it('names only files of dist/ that the build makes', () => {
  const named = files.flatMap((file) => namedIn(read(file)).map((name) => ({ file, name })));
  expect(named.filter(({ name }) => matching(name).length === 0)).toEqual([]);
  // In commands, in copies and in lists.
  expect(named.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['cli.js', 'worker.js*', 'workflow-*.js*', 'console.js']),
  );
});

describe('the images', () => {
  const stages = imageStages(read(dockerfile));

  it.each(['bridge', 'reference-backend', 'grader-worker'])('%s has the program that it starts', (name) => {
    const { copied, command } = required(stages.get(name), name);
    const program = command.match(/dist\/([\w-]+)\.js/)?.[1] ?? command.match(/"grader", "(\w+)"/)?.[1];
    expect(copied).toEqual(
      expect.arrayContaining([`${program}.js`, `${program}.js.map`, 'third-party-licences.txt']),
    );
  });

  it('of bridge and worker have together what the npm package has', () => {
    const { files: shipped } = JSON.parse(read('package.json')) as { readonly files: readonly string[] };
    const wanted = shipped.flatMap((path) => namedIn(path)).flatMap(matching);
    const copied = ['bridge', 'grader-worker'].flatMap((name) => required(stages.get(name), name).copied);
    expect([...new Set(copied)].sort()).toEqual([...new Set(wanted)].sort());
  });

  it('are built from all source folders, and copy what there is', () => {
    const context = read('.dockerignore').split('\n');
    const folders = /^sources=\((.*)\)$/m.exec(read('grader'))?.[1]?.split(' ') ?? [];
    expect(folders).toContain('bridge');
    expect(folders.filter((folder) => !context.includes(`!${folder}`))).toEqual([]);
    const paths = [...read(dockerfile).matchAll(/ \/app\/(?!dist\/)([\w./-]+)/g)].map(
      ([, path = '']) => path,
    );
    expect(paths).toContain('sandbox/runner');
    expect(paths.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
    const reached = (path: string) =>
      context.some((line) => line === `!${path}` || path.startsWith(`${line.slice(1)}/`));
    expect(paths.filter((path) => !reached(path))).toEqual([]);
  });
});

/** test/systemd starts them; that takes root, and a minute. */
describe('the systemd units', () => {
  it.each(['bridge', 'worker', 'console'])(
    'of the %s leave the settings to the program, which may read them',
    (name) => {
      const unit = read(`deploy/systemd/grading-${name}.service`);
      expect(unit).toContain('WorkingDirectory=/opt/grading-engine\n');
      // It would win over what the unit sets, and reads what is in the file otherwise.
      expect(unit).not.toMatch(/^EnvironmentFile=/m);
      expect(unit).toMatch(/^(User|SupplementaryGroups)=grading$/m);
    },
  );
});

/** As `dist/NAME`, also with asterisks; not of the packages' own dist/. */
function namedIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w-])dist\/([\w*.-]*[\w*])/g)].map(([, name = '']) => name);
}

function matching(name: string): readonly string[] {
  const pattern = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return built.filter((file) => pattern.test(file));
}

interface ImageStage {
  /** Files of dist/, also those of the stage it is made from. */
  readonly copied: readonly string[];
  readonly command: string;
}

function imageStages(text: string): ReadonlyMap<string, ImageStage> {
  const stages = new Map<string, ImageStage>();
  for (const part of text.split(/^(?=FROM )/m)) {
    const [, from = '', name] = /^FROM (\S+) AS (\S+)$/m.exec(part) ?? [];
    if (name === undefined) continue;
    const copies = part.split('\n').filter((line) => line.startsWith('COPY --from=build'));
    stages.set(name, {
      copied: [
        ...(stages.get(from)?.copied ?? []),
        ...copies.flatMap((line) => namedIn(line)).flatMap(matching),
      ],
      command: /^CMD .*$/m.exec(part)?.[0] ?? '',
    });
  }
  return stages;
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${dockerfile} has no ${name}`);
  return value;
}
