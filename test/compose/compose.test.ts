import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackendApi } from '../../devstack/stack/backend-api.js';
import { createBackendApi } from '../../devstack/stack/backend-api.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import { eventually } from '../integration/eventually.js';
import type { ComposeProject } from './compose-project.js';
import { createComposeProject, docker } from './compose-project.js';
import { gradeAll, plannedSubmissions } from './submissions.js';

const workers = 5;
const startMs = 600_000;
const gradeMs = 600_000;

let project: ComposeProject;
let backend: BackendApi;
/** Of the workers: their containers' host names. */
let hostIds: readonly string[] = [];

beforeAll(async () => {
  project = await createComposeProject();
  backend = createBackendApi(project.backendUrl);
  await project.compose('up', '--detach', '--scale', `grader-worker=${workers}`);
}, startMs);

afterAll(() => project?.remove(), startMs);

test(
  'every service comes up healthy, and five workers serve five host queues',
  async () => {
    await eventually(
      async () => {
        const services = await project.services();
        const oneShots = services.filter(({ State }) => State === 'exited').map(({ Service }) => Service);
        expect(oneShots.sort()).toEqual(['sandbox-image', 'temporal-schema']);
        const running = services.filter(({ State }) => State === 'running');
        expect(running.map(({ Service }) => Service).sort()).toEqual([
          'bridge',
          ...Array<string>(workers).fill('grader-worker'),
          'postgres',
          'rabbitmq',
          'reference-backend',
          'temporal',
          'temporal-ui',
        ]);
        expect(running.filter(({ Health }) => Health !== 'healthy').map(({ Name }) => Name)).toEqual([]);
      },
      { timeoutMs: startMs, everyMs: 2_000 },
    );
    const logs = await project.compose('logs', '--no-log-prefix', 'grader-worker');
    const started = /"hostQueue":"grading-host-([^"]+)".*"worker started"/;
    hostIds = [...new Set(logs.split('\n').flatMap((line) => started.exec(line)?.[1] ?? []))];
    expect(hostIds).toHaveLength(workers);
  },
  startMs,
);

test('only the consoles, Temporal and the backend are published, on the loopback alone', async () => {
  const ids = (await docker('ps', '--quiet', '--filter', `label=com.docker.compose.project=${project.name}`))
    .split('\n')
    .filter((id) => id !== '');
  const containers = JSON.parse(await docker('inspect', ...ids)) as Inspected[];
  const published = containers.flatMap(({ Config, NetworkSettings }) =>
    Object.entries(NetworkSettings.Ports).flatMap(([port, bindings]) =>
      (bindings ?? []).map(({ HostIp }) => ({
        service: Config.Labels['com.docker.compose.service'],
        port,
        HostIp,
      })),
    ),
  );
  expect(new Set(published.map(({ HostIp }) => HostIp))).toEqual(new Set(['127.0.0.1']));
  expect(published.map(({ service, port }) => `${service} ${port}`).sort()).toEqual([
    'rabbitmq 15672/tcp',
    'reference-backend 5000/tcp',
    'temporal 7233/tcp',
    'temporal-ui 8080/tcp',
  ]);
});

test('the engine runs without root and says no password', async () => {
  for (const service of ['bridge', 'grader-worker', 'reference-backend']) {
    expect((await project.compose('exec', '-T', service, 'id', '-u')).trim()).toBe('1000');
  }
  const logs = await project.compose('logs', '--no-color');
  for (const password of project.passwords) expect(logs.includes(password)).toBe(false);
});

test('the web UI answers with the namespace of the gradings', async () => {
  const answer = await fetch(`${project.uiUrl}/api/v1/namespaces/grading`);
  expect(answer.status).toBe(200);
});

test(
  'a hundred submissions are graded over the five workers, none lost and none wrong',
  async () => {
    const ledger = await gradeAll(backend, plannedSubmissions(100));
    process.stdout.write(`ledger: ${JSON.stringify(ledger)}\n`);
    expect(ledger).toEqual({ submitted: 100, final: 100, wrong: [] });

    const queues = await project.compose(
      'exec',
      '-T',
      '-u',
      'rabbitmq',
      'rabbitmq',
      'rabbitmqctl',
      ...'--quiet list_queues name messages'.split(' '),
    );
    expect(queues).toMatch(/grading_queue\s+0\b/);
    expect(queues).not.toMatch(/quarantine\s+[1-9]/);

    const { closed, failed, hosts } = await histories();
    process.stdout.write(`histories: ${closed} closed, ${failed} failed, on ${hosts} hosts\n`);
    expect({ closed, failed }).toEqual({ closed: 100, failed: 0 });
    expect(hosts).toBe(workers);
  },
  gradeMs,
);

/** As an operator types them, with nothing exported. */
const commands = ['status', 'recent', 'errors', 'stats', 'sweep', 'views', 'cutover history', 'mode show'];

test.each(['bridge', 'grader-worker'])(
  "the operators' commands work in %s, also for a user whom the image does not know",
  async (service) => {
    for (const command of commands) {
      const words = ['exec', '-T', service, 'grader', ...command.split(' '), '--json'];
      expect(JSON.parse(await project.compose(...words)), command).toBeTypeOf('object');
    }
    const status = ['exec', '-T', '-u', '12345', service, 'grader', 'status', '--json'];
    expect(JSON.parse(await project.compose(...status))).toMatchObject({ queue: 'grading_queue' });
  },
);

/** What an operator types in the first hour, and what it may end with: 3 says no, or not yet. */
const firstHour: readonly (readonly [command: string, ...statuses: readonly number[]])[] = [
  ['doctor', 0],
  ['status', 0],
  ['recent', 0],
  ['errors', 0],
  ['stats', 0],
  // A hundred submissions at once may have waited for containers.
  ['criteria', 1, 3],
  ['mode show', 0],
  ['cutover status', 3],
  ['shadow list', 0],
  ['parity rules', 0],
  ['quarantine list', 0],
  ['rejudge list', 0],
  ['publish 1', 0],
];

test('the commands of the first hour in a row, with nothing exported', async () => {
  for (const [command, ...statuses] of firstHour) {
    const { status, text } = await project.typed(
      'exec',
      '-T',
      'grader-worker',
      'grader',
      ...command.split(' '),
    );
    process.stdout.write(`$ docker compose exec grader-worker grader ${command}\n${text}\n`);
    expect(text, command).toContain('environment: database postgres:5432/code_grader, namespace grading');
    expect(statuses, command).toContain(status);
  }
});

test('who changes something is known by name and container, and files of settings have their place', async () => {
  const inBridge = ['exec', '-T', '-e', 'GRADER_OPERATOR=anna', 'bridge'];
  await project.compose(...inBridge, 'grader', 'mode', 'set', 'equal', '--why', 'to be known');
  const history = await project.compose(...inBridge, 'grader', 'cutover', 'history');
  const host = (await project.compose(...inBridge, 'hostname')).trim();
  expect(history).toContain(`by anna on ${host}: to be known`);
  expect(await project.compose(...inBridge, 'ls', '-A', '/etc/grader')).toContain('.gitignore');
});

test('what is no service of an image is refused in words', async () => {
  const refused = project.compose('exec', '-T', 'bridge', 'grader', 'worker');
  await expect(refused).rejects.toThrow(/grader-worker/);
});

test(
  'the web console shows its pages with all they load, to whoever has the token',
  async () => {
    await project.compose('--profile', 'console', 'up', '--detach', '--wait', 'console');
    const headers = { authorization: `Bearer ${project.consoleToken}` };
    const get = (path: string) => fetch(new URL(path, project.consoleUrl), { headers });
    for (const path of ['/', '/submissions', '/failures', '/cutover', '/parity', '/criteria']) {
      const page = await get(path);
      const assets = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
        ([, asset = '']) => asset,
      );
      expect({ path, status: page.status, hasAssets: assets.length > 0 }).toEqual({
        path,
        status: 200,
        hasAssets: true,
      });
      for (const asset of assets)
        expect({ asset, status: (await get(asset)).status }).toEqual({ asset, status: 200 });
    }
  },
  startMs,
);

test(
  'what a bridge obeyed last outlives its container',
  async () => {
    await project.compose('exec', '-T', 'bridge', 'grader', 'mode', 'set', 'standby', '--why', 'test');
    const kept = () =>
      project.compose('exec', '-T', 'bridge', 'sh', '-c', 'cat /var/lib/grading/*/bridge-control-*');
    const before = await kept();
    expect(before).toContain('standby');
    await project.compose('up', '--detach', '--wait', '--force-recreate', '--no-deps', 'bridge');
    expect(await kept()).toBe(before);
    await project.compose('exec', '-T', 'bridge', 'grader', 'mode', 'set', 'equal', '--why', 'test');
  },
  startMs,
);

test(
  'bridge and workers that end in the middle are started again, and nothing is lost',
  async () => {
    const grading = gradeAll(backend, plannedSubmissions(40));
    await sleep(3_000);
    const killed: string[] = [];
    for (const service of ['bridge', 'grader-worker']) {
      const [id] = (await project.compose('ps', '--quiet', service)).trim().split('\n');
      const [container] = JSON.parse(await docker('inspect', String(id))) as Inspected[];
      // From outside: "docker kill" is a person's wish, which no restart policy goes against.
      process.kill(Number(container?.State.Pid), 'SIGKILL');
      killed.push(String(id));
    }
    const ledger = await grading;
    process.stdout.write(`ledger: ${JSON.stringify(ledger)}\n`);
    expect(ledger).toEqual({ submitted: 40, final: 40, wrong: [] });
    await eventually(
      async () => {
        const again = JSON.parse(await docker('inspect', ...killed)) as Inspected[];
        expect(again.map(({ RestartCount, State }) => [RestartCount, State.Health?.Status])).toEqual([
          [1, 'healthy'],
          [1, 'healthy'],
        ]);
      },
      { timeoutMs: 180_000, everyMs: 2_000 },
    );
  },
  gradeMs,
);

test(
  'bridge and worker alone serve a platform whose network they join',
  async () => {
    await project.compose('stop', 'bridge', 'grader-worker');
    const platform = `${project.name}_platform`;
    const [temporal] = (await project.compose('ps', '--quiet', 'temporal')).trim().split('\n');
    await docker('network', 'connect', '--alias', 'temporal', platform, String(temporal));
    const variables = {
      PLATFORM_NETWORK: platform,
      TEMPORAL_ADDRESS: 'temporal:7233',
      AMQP_URL: await environmentOf('bridge', 'AMQP_URL'),
      DATABASE_URL: await environmentOf('bridge', 'DATABASE_URL'),
      BACKEND_API_URL: 'http://reference-backend:5000',
    };
    try {
      await project.attached(variables, 'up', '--detach', '--scale', 'grader-worker=2');
      const ledger = await gradeAll(backend, plannedSubmissions(20));
      expect(ledger).toEqual({ submitted: 20, final: 20, wrong: [] });
    } finally {
      await project.attached(variables, 'down', '--timeout', '30');
    }
  },
  gradeMs,
);

test('stopped workers leave no sandbox container', async () => {
  await project.compose('stop', 'bridge', 'grader-worker');
  for (const hostId of hostIds) {
    const label = `label=temporal-grading-engine.owner=${hostId}`;
    expect(await docker('ps', '--all', '--quiet', '--filter', label)).toBe('');
  }
});

interface Inspected {
  readonly RestartCount: number;
  readonly State: { readonly Pid: number; readonly Health?: { readonly Status: string } };
  readonly Config: { readonly Labels: Readonly<Record<string, string>>; readonly Env: readonly string[] };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>>;
  };
}

/** From the server itself: how many gradings closed, how many of them failed, and on how many hosts they ran. */
/** The namespace has workflows of the platform's own, too. */
const gradings = `WorkflowType = "${gradeSubmissionType}"`;

async function histories(): Promise<{ closed: number; failed: number; hosts: number }> {
  const settings = loadSettings({ TEMPORAL_ADDRESS: project.temporalAddress });
  const temporal = createTemporalClient(settings.temporal);
  try {
    const hosts = new Set<string>();
    let closed = 0;
    let failed = 0;
    for await (const { workflowId, status } of temporal.client.workflow.list({ query: gradings })) {
      if (status.name !== 'RUNNING') closed += 1;
      if (status.name !== 'RUNNING' && status.name !== 'COMPLETED') failed += 1;
      const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
      for (const event of history.events ?? []) {
        const queue = event.activityTaskScheduledEventAttributes?.taskQueue?.name;
        if (queue?.startsWith('grading-host-')) hosts.add(queue);
      }
    }
    return { closed, failed, hosts: hosts.size };
  } finally {
    await temporal.close();
  }
}

async function environmentOf(service: string, variable: string): Promise<string> {
  const [id] = (await project.compose('ps', '--all', '--quiet', service)).trim().split('\n');
  const [container] = JSON.parse(await docker('inspect', String(id))) as Inspected[];
  return String(container?.Config.Env.find((line) => line.startsWith(`${variable}=`))).slice(
    variable.length + 1,
  );
}
