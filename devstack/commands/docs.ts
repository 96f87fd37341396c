import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { renderEnvExample, renderMarkdownTable } from '../../platform/settings/settings-table.js';
import { say } from '../../platform/terminal/print.js';
import { renderManual } from '../docs/command-manual.js';
import { renderStudentMessages } from '../docs/student-messages.js';
import { projectRoot } from '../project-root.js';

const zones =
  'domain workflows activities platform sandbox bridge workers cli reference-backend devstack bench'.split(
    ' ',
  );
const pictureStart = '<!-- imports: drawn from the code by `npm run docs` -->';
const pictureEnd = '<!-- /imports -->';

/** `grader docs`: what is made from the code: commands, settings, .env.example, messages to students,
 * the picture of the imports. */
export function addDocsCommand(program: Command): void {
  program
    .command('docs')
    .description(
      'write docs/cli.md, docs/configuration.md, .env.example, docs/student-messages.md and the import picture',
    )
    .action(async () => {
      for (const [file, content] of Object.entries(await generatedDocs(program))) {
        await writeFile(join(projectRoot, file), content);
        say(file);
      }
    });
}

/** File → content, so that a test can tell whether what is committed is up to date. */
export async function generatedDocs(program: Command): Promise<Readonly<Record<string, string>>> {
  const architecture = await readFile(join(projectRoot, 'docs/architecture.md'), 'utf8');
  const start = architecture.indexOf(pictureStart);
  const end = architecture.indexOf(pictureEnd);
  if (start < 0 || end < start) {
    throw new Error(
      `docs/architecture.md has lost the marks of the import picture: ${pictureStart} … ${pictureEnd}`,
    );
  }
  const picture = `${pictureStart}\n\n\`\`\`mermaid\n${await importPicture()}\n\`\`\`\n\n`;
  return {
    'docs/cli.md': renderManual(program),
    'docs/configuration.md': renderMarkdownTable(),
    '.env.example': renderEnvExample(),
    'docs/student-messages.md': renderStudentMessages(),
    'docs/architecture.md': architecture.slice(0, start) + picture + architecture.slice(end),
  };
}

/** One arrow per pair of zones; dotted where only types are imported. */
async function importPicture(): Promise<string> {
  const cruiser = join(projectRoot, 'node_modules', '.bin', 'depcruise');
  const { stdout } = await promisify(execFile)(
    cruiser,
    ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', '--exclude', '\\.test\\.ts$', ...zones],
    { cwd: projectRoot, maxBuffer: 64 * 2 ** 20 },
  );
  const arrows = new Map<string, boolean>();
  for (const module of (JSON.parse(stdout) as CruiseResult).modules) {
    const from = zoneOf(module.source);
    for (const dependency of module.dependencies) {
      const to = zoneOf(dependency.resolved);
      if (from === undefined || to === undefined || from === to) continue;
      const typeOnly = dependency.dependencyTypes.includes('type-only');
      const arrow = `${from} ${to}`;
      arrows.set(arrow, (arrows.get(arrow) ?? true) && typeOnly);
    }
  }
  const lines = [...arrows]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([arrow, typeOnly]) => {
      const [from, to] = arrow.split(' ');
      return `  ${from} ${typeOnly ? '-.->' : '-->'} ${to}`;
    });
  return ['graph LR', ...lines].join('\n');
}

interface CruiseResult {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly {
      readonly resolved: string;
      readonly dependencyTypes: readonly string[];
    }[];
  }[];
}

function zoneOf(path: string): string | undefined {
  const zone = path.split('/')[0];
  return zone !== undefined && zones.includes(zone) ? zone : undefined;
}
