import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../project-root.js';

const folders = readdirSync(projectRoot, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['node_modules', 'dist', '.local', '.git'].includes(entry.name))
  .map(({ name }) => name);
const pages = [
  ...readdirSync(projectRoot).filter((name) => name.endsWith('.md')),
  ...['docs', 'deploy'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(projectRoot, page), 'utf8');

  it('links to pages, images and headings there are', () => {
    const broken = links(text).filter((link) => !leadsSomewhere(page, link));
    expect(broken).toEqual([]);
  });

  it('names files, npm scripts and sections of the contract there are', () => {
    expect(namedPaths(text).filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
    expect(matches(text, /\bnpm run ([a-z][\w:-]*)/g).filter((script) => !(script in scripts))).toEqual([]);
    expect(matches(text, /§(\d+)/g).filter((section) => !contractSections.has(section))).toEqual([]);
  });
});

const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const contractSections = new Set(
  matches(readFileSync(join(projectRoot, 'docs/platform-contract.md'), 'utf8'), /^## (\d+)\./gm),
);

/** Of Markdown links and images, without those to other machines. */
function links(text: string): readonly string[] {
  return matches(withoutCode(text), /\]\(([^)\s]+)\)/g).filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(projectRoot, join(projectRoot, dirname(page), path));
  if (target.startsWith('..') || !existsSync(join(projectRoot, target))) return false;
  return anchor === undefined || anchors(readFileSync(join(projectRoot, target), 'utf8')).has(anchor);
}

/** Of the headings, as GitHub makes them. */
function anchors(text: string): ReadonlySet<string> {
  const headings = matches(withoutCode(text), /^#+ (.+)$/gm);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** `folder/…` where the folder is one of ours, in prose and in commands; no patterns and no placeholders. */
function namedPaths(text: string): readonly string[] {
  const path = new RegExp(
    `(?<![\\w./<-])((?:${folders.join('|').replaceAll('.', '\\.')})/[\\w./-]*\\w)(?![\\w/*<-])`,
    'g',
  );
  return matches(text, path);
}

function withoutCode(text: string): string {
  return text.replaceAll(/^ *```.*?^ *```$/gms, '');
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, found]) => (found === undefined ? [] : [found]));
}
