import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../project-root.js';
import { temporalCli } from './temporal-cli.js';

it('Compose, the stand-ins of its test and the local server are of one version', () => {
  const compose = readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8');
  const images = [...compose.matchAll(/:-temporalio\/([a-z-]+):([\d.]+)\}/g)].map(([, name, tag]) => [
    name,
    tag,
  ]);
  expect(Object.fromEntries(images)).toEqual({
    'admin-tools': temporalCli.server,
    server: temporalCli.server,
    ui: temporalCli.ui,
  });
  const standIns = readFileSync(join(projectRoot, 'test/compose/make-stand-ins.sh'), 'utf8');
  expect(standIns).toContain('docker-compose.yml');
  expect(standIns).not.toMatch(/v\d+\.\d+\.\d+/);
});
