import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../devstack/project-root.js';

export interface MonitoringQuery {
  /** Panel of the dashboard, or alert. */
  readonly title: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const directory = join(projectRoot, 'deploy', 'monitoring');

export function dashboardQueries(): MonitoringQuery[] {
  const dashboard = JSON.parse(readFileSync(join(directory, 'grafana', 'grading-engine.json'), 'utf8')) as {
    readonly panels: readonly Panel[];
  };
  return dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
}

export function alertQueries(): MonitoringQuery[] {
  const { groups } = parse(readFileSync(join(directory, 'alerts.yml'), 'utf8')) as {
    readonly groups: readonly {
      readonly rules: readonly { readonly alert: string; readonly expr: string }[];
    }[];
  };
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ title: alert, expr })));
}

/** Names of the alerts that no test of promtool expects. */
export function alertsWithoutTest(): string[] {
  const tests = readFileSync(join(projectRoot, 'test', 'monitoring', 'alerts.test.yml'), 'utf8');
  return alertQueries()
    .map(({ title }) => title)
    .filter((name) => !tests.includes(`alertname="${name}"`));
}

/** The names of metrics in a query, without what Prometheus itself adds. */
export function metricNames(expr: string): string[] {
  const withoutStrings = expr.replace(/"[^"]*"/g, '""');
  return [...withoutStrings.matchAll(/\b(?:grader|temporal|process|nodejs)_[a-z0-9_]+/g)].map(
    ([name]) => name,
  );
}

/** The names a text of metrics exports, as they are asked for: those of a histogram with their three endings. */
export function exportedNames(text: string): Set<string> {
  return new Set(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/[{ ].*$/s, '')),
  );
}
