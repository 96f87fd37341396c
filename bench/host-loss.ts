/**
 * How long a grading stands still when its host is lost: from the kill to the begin of the next container's step.
 *
 * Two workers with a pool of one. A submission is handed in; when the wanted step is under way, the worker that does it
 * is killed (every other time: frozen, and killed once the figure is taken), the other goes on, and the history says
 * when. Server and bench read the same clock.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackendApi, isUngraded } from '../devstack/stack/backend-api.js';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import type { ManagedProcess } from '../devstack/stack/managed-process.js';
import { gradeWorkflowId, hostQueue } from '../domain/grading/grading-workflow.js';
import { loadSettings } from '../platform/settings/settings.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { hostQueuesOf } from '../platform/temporal/worker-identity.js';
import { renderTable } from '../platform/terminal/table.js';
import { connectDocker, dockerAddress } from '../sandbox/docker.js';

export type LostStep = 'run' | 'compile' | 'wait';

export interface HostLossResult {
  readonly step: LostStep;
  /** Seconds, ascending. */
  readonly secondsToGoOn: readonly number[];
  /** Attempts in which the step was over before the kill; they are made again. */
  readonly missed: number;
}

/** The activity whose attempt is cut off, as the history names it. */
const activityOf: Readonly<Record<LostStep, string>> = {
  run: 'test-02',
  compile: 'compile-1',
  wait: 'acquire-1',
};

/** Each test takes 3 s of sleep; the compiler some tenths of a second of work. */
const programs: Readonly<Record<LostStep, { language: string; source: (mark: number) => string }>> = {
  run: {
    language: 'python',
    source: (mark) => `# ${mark}\nimport time\ntime.sleep(3)\nprint(input())\n`,
  },
  compile: {
    language: 'cpp',
    source: (mark) =>
      `// ${mark}\n#include <bits/stdc++.h>\n#include <regex>\nint main() { std::string s; std::getline(std::cin, s); std::regex r("x*"); std::cout << s; }\n`,
  },
  wait: { language: 'python', source: (mark) => `# ${mark}\nprint(input())\n` },
};

export async function measureHostLoss(
  stack: GradingStack,
  step: LostStep,
  kills: number,
  say: (line: string) => void,
): Promise<HostLossResult> {
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: stack.places.temporalAddress,
    namespace: stack.places.namespace,
  });
  const hosts = await Promise.all([startHost(stack, 'a'), startHost(stack, 'b')]);
  const seconds: number[] = [];
  let missed = 0;
  try {
    while (seconds.length < kills && missed < 5 * kills) {
      const attempt = await loseOnce(stack, temporal, hosts, step, seconds.length + missed);
      if (attempt === undefined) missed += 1;
      else {
        seconds.push(attempt);
        say(`${step} ${seconds.length}/${kills}: ${attempt.toFixed(1)} s`);
      }
    }
  } finally {
    for (const host of hosts) await host.process.stop();
    await temporal.close();
  }
  return { step, secondsToGoOn: seconds.sort((a, b) => a - b), missed };
}

interface Host {
  readonly name: string;
  readonly queue: string;
  process: ManagedProcess;
}

async function startHost(stack: GradingStack, name: string): Promise<Host> {
  const hostId = `${stack.places.queue}-${name}`;
  return { name, queue: hostQueue(hostId), process: await startWorker(stack, hostId) };
}

function startWorker(stack: GradingStack, hostId: string): Promise<ManagedProcess> {
  return stack.start('worker', { HOST_ID: hostId, CONTAINER_POOL_SIZE: '1' });
}

/** @returns seconds from the loss to the next acquire that began; undefined when the step was over before. */
async function loseOnce(
  stack: GradingStack,
  temporal: TemporalClient,
  hosts: readonly Host[],
  step: LostStep,
  mark: number,
): Promise<number | undefined> {
  const backend = createBackendApi(stack.backendUrl);
  const { language, source } = programs[step];
  const tests = Array.from({ length: 3 }, (_, index) => ({
    input_data: `${index}\n`,
    expected_output: `${index}\n`,
  }));
  const problem = await backend.createProblem({
    title: `Host loss: ${step}`,
    time_limit_ms: 10_000,
    test_cases: tests,
  });
  // So that the grading has to wait: new containers are on their way.
  if (step === 'wait') await killContainers(stack);
  const id = await backend.submit({ problem_id: problem, language, source_code: source(mark) });
  const begun = await untilBegun(temporal, id, activityOf[step]);
  const victim = begun === undefined ? undefined : hosts.find((host) => isServing(host, begun));
  if (victim === undefined) return undefined;
  const lostAt = Date.now();
  const isFrozen = mark % 2 === 1;
  victim.process.kill(isFrozen ? 'SIGSTOP' : 'SIGKILL');
  const wentOnAt = await untilGoesOn(temporal, id, lostAt, 60_000);
  victim.process.kill('SIGKILL');
  await victim.process.exited;
  await untilFinal(backend, id);
  victim.process = await startWorker(stack, victim.queue.replace(/^grading-host-/, ''));
  return wentOnAt === undefined ? undefined : (wentOnAt - lostAt) / 1000;
}

async function killContainers(stack: GradingStack): Promise<void> {
  const engine = connectDocker(dockerAddress(stack.places.dockerHost), 10_000);
  const running = await engine.listContainers();
  const ours = running.filter(({ Labels }) =>
    Labels['temporal-grading-engine.owner']?.startsWith(stack.places.queue),
  );
  await Promise.all(ours.map(({ Id }) => engine.getContainer(Id).kill()));
}

interface Begun {
  readonly taskQueue: string;
  readonly identity: string;
}

function isServing(host: Host, begun: Begun): boolean {
  return begun.taskQueue === host.queue || hostQueuesOf([begun]).includes(host.queue);
}

/** Waits until the server has handed an attempt of the activity out. */
async function untilBegun(
  temporal: TemporalClient,
  submissionId: number,
  activityId: string,
): Promise<Begun | undefined> {
  const handle = temporal.client.workflow.getHandle(gradeWorkflowId(submissionId));
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const described = await handle.describe().catch(() => undefined);
    if (described !== undefined && described.status.name !== 'RUNNING') return undefined;
    const pending = described?.raw.pendingActivities?.find((activity) => activity.activityId === activityId);
    // 2: STARTED (temporal.api.enums.v1.PendingActivityState)
    if (pending?.state === 2) {
      return {
        taskQueue: pending.activityOptions?.taskQueue?.name ?? '',
        identity: pending.lastWorkerIdentity ?? '',
      };
    }
    await sleep(10);
  }
  return undefined;
}

/** When the acquire that succeeded after the loss began, by the server's clock: a retry counts as well as a new one. */
async function untilGoesOn(
  temporal: TemporalClient,
  submissionId: number,
  lostAt: number,
  patienceMs: number,
): Promise<number | undefined> {
  const handle = temporal.client.workflow.getHandle(gradeWorkflowId(submissionId));
  while (Date.now() < lostAt + patienceMs) {
    const { events } = await handle.fetchHistory();
    for (const { eventTime, activityTaskStartedEventAttributes: started } of events ?? []) {
      const scheduled = events?.find((other) => String(other.eventId) === String(started?.scheduledEventId));
      const name = scheduled?.activityTaskScheduledEventAttributes?.activityId ?? '';
      if (name.startsWith('acquire-') && millis(eventTime) > lostAt) return millis(eventTime);
    }
    await sleep(100);
  }
  return undefined;
}

async function untilFinal(backend: ReturnType<typeof createBackendApi>, id: number): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const { status } = await backend.read(id);
    if (status === 'Accepted') return;
    if (!isUngraded(status)) throw new Error(`submission ${id} is ${status}, not Accepted`);
    if (Date.now() > deadline) throw new Error(`submission ${id} has no verdict 2 minutes after the loss`);
    await sleep(200);
  }
}

function millis(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}

export function renderHostLoss(results: readonly HostLossResult[]): string {
  return renderTable(
    ['lost during', 'kills', 'p50 s', 'max s', 'missed'],
    results.map(({ step, secondsToGoOn, missed }) => [
      step,
      secondsToGoOn.length,
      secondsToGoOn[Math.floor((secondsToGoOn.length - 1) / 2)]?.toFixed(1) ?? 'none',
      secondsToGoOn.at(-1)?.toFixed(1) ?? 'none',
      missed,
    ]),
  );
}
