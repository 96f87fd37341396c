import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { webConsole } from '../../platform/settings/console-slice.js';
import { settingsTable } from '../../platform/settings/settings-table.js';
import { fileExpected } from '../../platform/settings/value-parsers.js';
import { projectRoot } from '../project-root.js';
import { setByCompose } from './compose-settings.js';

interface ComposeService {
  readonly environment?: Readonly<Record<string, string>>;
  readonly extends?: { readonly file: string; readonly service: string };
  readonly volumes?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (file: string) => parse(readFileSync(join(projectRoot, file), 'utf8')) as ComposeFile;

test('every documented setting reaches bridge and worker in Compose, or says why the deployment decides it', () => {
  const passed = Object.keys(read('deploy/compose/settings.yml').services.settings?.environment ?? {});
  const names = settingsTable().map(({ name }) => name);
  expect([...passed, ...Object.keys(setByCompose)].sort()).toEqual([...names].sort());
  const { services } = read('deploy/compose/engine.yml');
  for (const service of ['bridge', 'grader-worker']) {
    expect(services[service]?.extends).toEqual({ file: 'settings.yml', service: 'settings' });
  }
});

test('the console has every setting of its own, in Compose and beside systemd alike', () => {
  const names = Object.values(webConsole).map(({ name }) => name);
  const { console: service } = read('deploy/compose/engine.yml').services;
  expect(service?.extends).toEqual({ file: 'settings.yml', service: 'settings' });
  expect(Object.keys(service?.environment ?? {})).toEqual(expect.arrayContaining(names));
  // Where workers leave what the page of the criteria shows; it changes nothing there.
  expect(service?.volumes).toContain('worker-state:/var/lib/grading:ro');
  expect(service?.environment?.SAMPLES_DIR).toBe('/var/lib/grading/samples');
  const unit = readFileSync(join(projectRoot, 'deploy/systemd/grading-console.service'), 'utf8');
  // By the .env there, which holds the settings of all units.
  expect(unit).toMatch(/^WorkingDirectory=\/opt\/grading-engine$/m);
  expect(unit).toMatch(/^ExecStart=.* dist\/console\.js$/m);
  for (const file of ['docker-compose.yml', 'deploy/compose/attach.yml']) {
    expect(read(file).services.console?.extends).toEqual({
      file: expect.stringMatching(/engine\.yml$/),
      service: 'console',
    });
  }
});

test('every setting that names a file says where its file goes in Compose, and each service finds it there', () => {
  const ofFiles = settingsTable().filter(({ schema }) =>
    schema.safeParse('\0').error?.issues.some(({ message }) => message === fileExpected),
  );
  const sayFile = settingsTable().filter(({ description }) => /^(?:\w+ )?[Ff]ile\b/.test(description));
  expect(ofFiles.map(({ name }) => name)).toEqual(sayFile.map(({ name }) => name));
  expect(ofFiles.map(({ name }) => name)).toContain('TEMPORAL_TLS_CA');
  const { services } = read('deploy/compose/engine.yml');
  for (const service of ['bridge', 'grader-worker', 'console']) {
    expect(services[service]?.volumes, service).toContain('./config:/etc/grader:ro');
  }
  // In the checkout: Docker would make a missing one, as root.
  expect(existsSync(join(projectRoot, 'deploy/compose/config/.gitignore'))).toBe(true);
});

test.each(['docker-compose.yml', 'deploy/compose/attach.yml'])('%s declares every volume it uses', (file) => {
  const { services, volumes } = read(file);
  const engine = read('deploy/compose/engine.yml').services;
  const used = Object.values(services).flatMap((service) => [
    ...(service.volumes ?? []),
    ...(engine[service.extends?.service ?? '']?.volumes ?? []),
  ]);
  const named = used
    .map((volume) => String(volume.split(':')[0]))
    .filter((name) => /^[a-z][a-z-]*$/.test(name));
  expect(named).toContain('bridge-state');
  expect(Object.keys(volumes)).toEqual(expect.arrayContaining(named));
});

test('a worker has room for the long outputs it keeps, 1 GiB, and for what the doctor asks: no tmpfs has', () => {
  const worker = read('deploy/compose/engine.yml').services['grader-worker'];
  const directory = worker?.environment?.TEMP_DIR ?? '';
  expect(worker?.volumes).toContain(directory);
  expect(readFileSync(join(projectRoot, 'deploy/images/engine.Dockerfile'), 'utf8')).toContain(
    ` ${directory} `,
  );
  const manifest = readFileSync(join(projectRoot, 'deploy/kubernetes/worker.yaml'), 'utf8');
  expect(manifest).toContain('{ name: scratch, emptyDir: { sizeLimit: 3Gi } }');
});

test('what must outlive a restart of the bridge lies in a volume, in every kind of deployment', () => {
  const { services } = read('deploy/compose/engine.yml');
  expect(services.bridge?.environment?.TEMP_DIR).toBe('/var/lib/grading');
  const unit = readFileSync(join(projectRoot, 'deploy/systemd/grading-bridge.service'), 'utf8');
  expect(unit).toMatch(/^Environment=.* TEMP_DIR=\/var\/lib\/grading-bridge /m);
  expect(unit).toMatch(/^StateDirectory=grading-bridge$/m);
  const manifest = readFileSync(join(projectRoot, 'deploy/kubernetes/bridge.yaml'), 'utf8');
  expect(manifest).toMatch(/persistentVolumeClaim: \{ claimName: grading-bridge-state \}/);
});
