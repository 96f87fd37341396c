import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { installationRoot } from '../platform/process/installation-root.js';

const manifestSchema = z.object({ version: z.string(), license: z.string().optional() });

/** The licences of the packages that the programs contain, which ask to be kept with every copy. */
export async function thirdPartyLicences(inputs: readonly string[]): Promise<string> {
  const packages = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const texts = await Promise.all([...packages].sort().map(licenceOf));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceOf(directory: string): Promise<string> {
  const folder = join(installationRoot, directory);
  const { version, license } = manifestSchema.parse(
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
  );
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  const name = directory.replace(/^.*node_modules\//, '');
  const title = `${name} ${version}: ${license ?? 'see below'}`;
  return `${[title, ...texts.map((text) => text.trim())].join('\n\n')}\n`;
}
