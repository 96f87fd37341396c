import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../project-root.js';

const zones =
  'domain workflows activities platform sandbox bridge workers cli console reference-backend devstack build bench'.split(
    ' ',
  );

/** docs/architecture.md with its two pictures drawn anew: imports between zones, and between the rooms of domain/. */
export async function renderArchitecture(): Promise<string> {
  const page = await readFile(join(projectRoot, 'docs/architecture.md'), 'utf8');
  const modules = await importedModules();
  return between(between(page, 'imports', drawing(modules, zoneOf)), 'rooms', drawing(modules, roomOf));
}

/** Replaces what stands between `<!-- name: … -->` and `<!-- /name -->`. */
function between(page: string, name: string, picture: string): string {
  const marks = new RegExp(`(<!-- ${name}: [^\\n]* -->\\n).*?(<!-- /${name} -->)`, 's');
  if (!marks.test(page)) {
    throw new Error(`docs/architecture.md has lost the marks <!-- ${name}: … --> and <!-- /${name} -->.`);
  }
  return page.replace(
    marks,
    (_, start: string, end: string) => `${start}\n\`\`\`mermaid\n${picture}\n\`\`\`\n\n${end}`,
  );
}

async function importedModules(): Promise<readonly CruisedModule[]> {
  const cruiser = join(projectRoot, 'node_modules', '.bin', 'depcruise');
  // Without the rules of .dependency-cruiser.mjs, whose search for cycles takes most of a run's time.
  const options = [
    ...['--no-config', '--output-type', 'json', '--ts-config', 'tsconfig.json', '--ts-pre-compilation-deps'],
    ...['--do-not-follow', 'node_modules', '--exclude', '\\.test\\.ts$|node_modules'],
  ];
  const { stdout } = await promisify(execFile)(cruiser, [...options, ...zones], {
    cwd: projectRoot,
    maxBuffer: 64 * 2 ** 20,
  });
  return (JSON.parse(stdout) as { readonly modules: readonly CruisedModule[] }).modules;
}

interface CruisedModule {
  readonly source: string;
  readonly dependencies: readonly {
    readonly resolved: string;
    readonly dependencyTypes: readonly string[];
  }[];
}

/** One arrow per pair of places; dotted where only types are imported. */
function drawing(modules: readonly CruisedModule[], placeOf: (path: string) => string | undefined): string {
  const arrows = new Map<string, boolean>();
  for (const module of modules) {
    const from = placeOf(module.source);
    for (const dependency of module.dependencies) {
      const to = placeOf(dependency.resolved);
      if (from === undefined || to === undefined || from === to) continue;
      const isTypeOnly = dependency.dependencyTypes.includes('type-only');
      const arrow = `${from} ${to}`;
      arrows.set(arrow, (arrows.get(arrow) ?? true) && isTypeOnly);
    }
  }
  const lines = [...arrows]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([arrow, isTypeOnly]) => {
      const [from, to] = arrow.split(' ');
      return `  ${from} ${isTypeOnly ? '-.->' : '-->'} ${to}`;
    });
  return ['graph LR', ...lines].join('\n');
}

function zoneOf(path: string): string | undefined {
  const [zone] = path.split('/');
  return zone !== undefined && zones.includes(zone) ? zone : undefined;
}

function roomOf(path: string): string | undefined {
  return /^domain\/([^/]+)\//.exec(path)?.[1];
}
