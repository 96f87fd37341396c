import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { projectRoot } from '../../devstack/project-root.js';
import { hasErrorCode } from '../../domain/errors/error-code.js';

/** Where the three jobs of deploy/monitoring/prometheus.yml are to be scraped, host:port. */
export interface ScrapeTargets {
  readonly worker: string;
  readonly bridge: string;
  readonly temporalSdk: string;
}

export interface QueryAnswer {
  readonly error: string | undefined;
  readonly series: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
}

export interface Prometheus {
  query(expr: string): Promise<QueryAnswer>;
  /** State and health of each rule. */
  rules(): Promise<readonly { name: string; health: string; state: string; lastError?: string }[]>;
  stop(): Promise<void>;
}

const directory = join(projectRoot, 'deploy', 'monitoring');
/** Prometheus where it is not on the path. */
const path = [process.env.PROMETHEUS_DIRECTORY, process.env.PATH].filter(Boolean).join(delimiter);

/** @returns what promtool printed. @throws Error with what it found, or when it is not installed. */
export async function promtool(...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('promtool', args, {
      cwd: projectRoot,
      env: { ...process.env, PATH: path },
    });
    return stdout.trim();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) {
      throw new Error(
        'promtool is not installed. Next: apt-get install prometheus, or set PROMETHEUS_DIRECTORY to where it is.',
        { cause: error },
      );
    }
    throw error;
  }
}

/** A Prometheus on the shipped configuration, with other targets and a scrape each second. */
export async function startPrometheus(targets: ScrapeTargets): Promise<Prometheus> {
  const home = mkdtempSync(join(tmpdir(), 'grader-prometheus-'));
  copyFileSync(join(directory, 'alerts.yml'), join(home, 'alerts.yml'));
  writeFileSync(join(home, 'prometheus.yml'), configuration(targets));
  await promtool('check', 'config', join(home, 'prometheus.yml'));
  const address = `127.0.0.1:${await getPort()}`;
  const log = openSync(join(home, 'prometheus.log'), 'a');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(home, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: ['ignore', log, log], env: { ...process.env, PATH: path } },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ask = async <Answer>(what: string): Promise<Answer> =>
    (await (await fetch(`http://${address}${what}`)).json()) as Answer;
  await untilReady(`http://${address}/-/ready`, join(home, 'prometheus.log'));
  return {
    async query(expr) {
      const { error, data } = await ask<{ error?: string; data?: { result: QueryAnswer['series'] } }>(
        `/api/v1/query?query=${encodeURIComponent(expr)}`,
      );
      return { error, series: data?.result ?? [] };
    },
    async rules() {
      const { data } = await ask<{ data: { groups: { rules: [] }[] } }>('/api/v1/rules');
      return data.groups.flatMap(({ rules }) => rules);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true });
    },
  };
}

/** The shipped file, so that a mistake in it is found here. */
function configuration({ worker, bridge, temporalSdk }: ScrapeTargets): string {
  const shipped = readFileSync(join(directory, 'prometheus.yml'), 'utf8');
  return shipped
    .replace('127.0.0.1:8081', worker)
    .replace('127.0.0.1:8082', bridge)
    .replace('127.0.0.1:8083', temporalSdk)
    .replaceAll(': 15s', ': 1s');
}

async function untilReady(url: string, log: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isReady = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(100);
  }
  throw new Error(`Prometheus is not ready. Its log:\n${readFileSync(log, 'utf8')}`);
}
