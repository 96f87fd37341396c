import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { sandboxQueue } from '../../domain/grading/grading-workflow.js';
import { projectRoot } from '../project-root.js';
import { temporalCli } from '../services/temporal-cli.js';

const directory = join(projectRoot, 'deploy/kubernetes');
const read = (path: string) => readFileSync(join(projectRoot, 'deploy', path), 'utf8');

/** Of all manifests, by `Kind/name`. */
function manifests(): Map<string, unknown> {
  const named = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
  const files = readdirSync(directory).filter((name) => !/values|kustomization/.test(name));
  const documents = files.flatMap((name) => parseAllDocuments(read(`kubernetes/${name}`)));
  return new Map(
    documents.map((document) => {
      const manifest = named.parse(document.toJS());
      return [`${manifest.kind}/${manifest.metadata.name}`, manifest];
    }),
  );
}

const operations = z.array(
  z.object({
    op: z.enum(['test', 'add', 'replace', 'remove']),
    path: z.string(),
    value: z.unknown().optional(),
  }),
);

/** As a JSON patch; what it names must be there, but for what it adds. */
function patched(value: unknown, patch: z.infer<typeof operations>): unknown {
  const result: unknown = structuredClone(value);
  for (const { op, path, value: wanted } of patch) {
    const names = path.slice(1).split('/');
    const last = names.pop() ?? '';
    const parent = names.reduce<unknown>((at, name) => Reflect.get(Object(at), name), result);
    const holder = Object(parent) as Record<string, unknown>;
    if (op !== 'add') expect(holder, path).toHaveProperty([last]);
    if (op === 'test') expect(holder[last]).toEqual(wanted);
    else if (op !== 'remove') holder[last] = wanted;
    else if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete holder[last];
  }
  return result;
}

it('over a host socket no container is privileged, and every mount has its volume', () => {
  const [{ patch } = { patch: '' }] = z
    .object({ patches: z.array(z.object({ patch: z.string() })) })
    .parse(parse(read('kubernetes-host-socket/kustomization.yaml'))).patches;
  const worker = patched(manifests().get('StatefulSet/grader-worker'), operations.parse(parse(patch)));
  expect(JSON.stringify(worker)).not.toMatch(/privileged|dind|docker-data/);
  const containers = z.array(
    z.looseObject({ volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })) }),
  );
  const pod = z
    .object({
      spec: z.object({
        template: z.object({
          spec: z.object({
            containers,
            initContainers: containers,
            volumes: z.array(z.looseObject({ name: z.string() })),
          }),
        }),
      }),
    })
    .parse(worker).spec.template.spec;
  const volumes = pod.volumes.map(({ name }) => name);
  for (const { volumeMounts } of [...pod.containers, ...pod.initContainers]) {
    for (const { name } of volumeMounts) expect(volumes).toContain(name);
    expect(volumeMounts).toContainEqual({ name: 'docker-socket', mountPath: '/run/docker/docker.sock' });
  }
});

it('KEDA scales what there is, by the queue of containers', () => {
  const { scaleTargetRef, triggers } = z
    .object({
      spec: z.looseObject({
        scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
        // What is a number or a truth elsewhere is text here, or KEDA's type refuses it.
        triggers: z.array(z.object({ type: z.string(), metadata: z.record(z.string(), z.string()) })),
      }),
    })
    .parse(manifests().get('ScaledObject/grader-worker')).spec;
  expect(manifests().get(`${scaleTargetRef.kind}/${scaleTargetRef.name}`)).toMatchObject({
    apiVersion: scaleTargetRef.apiVersion,
  });
  expect(triggers).toMatchObject([{ type: 'temporal', metadata: { taskQueue: sandboxQueue } }]);
});

it('the Helm values name the versions of the rest', () => {
  expect(parse(read('kubernetes/temporal-values.yaml'), { merge: true })).toMatchObject({
    server: { image: { tag: temporalCli.server } },
    admintools: { image: { tag: temporalCli.server } },
    web: { image: { tag: temporalCli.ui } },
  });
});
