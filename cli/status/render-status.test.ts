import { expect, it } from 'vitest';
import { noBridgeAnswers } from '../../domain/cutover/bridge-report.js';
import type { Paint } from '../../platform/terminal/paint.js';
import { textWidth } from '../../platform/terminal/text-width.js';
import { renderStatus } from './render-status.js';
import type { StatusReport } from './status-report.js';

const plain: Paint = (_style, text) => text;
const at = new Date('2026-03-01T08:00:00Z');
const silent = {
  hostQueue: 'grading-host-d',
  machine: 'd',
  startedAt: new Date('2026-03-01T08:00:00Z'),
  seenAt: new Date('2026-03-01T08:57:05Z'),
  running: 0,
  processor: 0,
  memory: 0,
  hasStopped: false,
};
const report: StatusReport = {
  at,
  since: new Date('2026-03-01T07:00:00Z'),
  queue: 'grading_queue',
  broker: {
    value: {
      main: { messages: 3, consumers: 2 },
      legacy: undefined,
      quarantine: { messages: 1, consumers: 0 },
      bridges: [],
      unreadableBridges: [],
    },
  },
  platform: {
    value: { ungraded: 4, handedInLastMinute: 2, byStatus: [{ status: 'Accepted', submissions: 9 }] },
  },
  gradings: {
    value: {
      running: 250,
      completed: 8,
      failed: 1,
      cancelled: 0,
      systemErrors: undefined,
      notNotified: 5,
      perMinute: 3,
      p50Ms: 1234,
      p95Ms: undefined,
      timed: 8,
    },
  },
  running: {
    value: { lookedInto: 100, bySteps: { run: 40, notify: 60 }, backendRetrying: 7, oldestSeconds: 12 },
  },
  workers: {
    value: {
      hosts: ['grading-host-a', 'grading-host-b', 'grading-host-c'],
      silent: [silent],
      listed: [
        {
          hostQueue: 'grading-host-c',
          machine: 'c',
          startedAt: new Date('2026-03-01T08:00:00Z'),
          seenAt: new Date('2026-03-01T09:00:05Z'),
          running: 2,
          processor: 0.54,
          memory: 0.31,
          hasStopped: false,
        },
      ],
      pollers: { workflows: 0, activities: 2, containers: 1 },
      pools: [
        {
          url: 'http://a',
          hostQueue: 'grading-host-a',
          status: 'ready',
          unavailableReason: 'Docker is down',
          pool: { size: 3, free: 1, leased: 1, recycling: 1 },
          running: 1,
          waitingToRun: 0,
        },
        { url: 'http://c', why: 'no answer' },
      ],
      backlog: 6,
    },
  },
  lastError: {
    value: { at, workflowId: 'grade-17', step: 'notify', reason: 'no\nanswer', isRetried: true },
  },
};

it('tells on one screen what is wrong, and which hosts were not seen', () => {
  const text = renderStatus(report, plain);
  expect(text.split('\n').length).toBeLessThanOrEqual(24);
  for (const line of [
    'queue      3 waiting, 2 consumer(s); 1 in quarantine',
    `share      ${noBridgeAnswers}`,
    'running    250: 40 run, 60 notify (of 100 looked into); oldest 12 s',
    'backend    7 update(s) retrying, 5 verdict(s) not notified yet',
    'workers    NO WORKER POLLS; pollers: 0 workflows, 2 activities, 1 containers',
    'pool       grading-host-a: 1 free, 1 leased, 1 recycling of 3; 1 run, 0 wait for a core; Docker is down',
    'pool       http://c not seen: no answer',
    'worker     grading-host-d was last heard from at 08:57:05Z: frozen, killed, cut off, or its clock is wrong',
    'worker     grading-host-b not seen: its address is not in WORKER_HEALTH_URLS',
    'worker     grading-host-c: 2 step(s) run; processor 54 %, memory 31 %, at 09:00:05Z',
    'ended      8 delivered to the backend, 1 failed, 0 cancelled; 3 in the last minute',
    '           not seen System Error(s) for students',
    'to verdict p50 1.23 s, p95 – (of 8)',
    'last error 08:00:00Z grade-17 is retried at notify:',
    '           no answer',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

it('tells of a bridge whose report cannot be read', () => {
  const unreadableBridges = [{ id: 'b', why: 'state: Invalid option' }];
  const broker = {
    value: { main: undefined, legacy: undefined, quarantine: undefined, bridges: [], unreadableBridges },
  };
  const text = renderStatus({ ...report, broker }, plain);
  expect(text).toContain('share      the report of b cannot be read');
  expect(text).not.toContain('no bridge answers');
});

it('shows the other parts when one cannot be seen', () => {
  const text = renderStatus({ ...report, broker: { unseen: 'Failed to connect to RabbitMQ' } }, plain);
  expect(text).toContain('queue      not seen: Failed to connect to RabbitMQ');
  expect(text).toContain('verdicts   9 Accepted');
});

it('keeps a row of many verdicts within 80 columns, broken between two of them', () => {
  const byStatus = [
    'Accepted',
    'Compile Error',
    'Runtime Error',
    'Presentation Error',
    'Wrong Answer',
    'Memory Limit Exceeded',
    'Time Limit Exceeded',
  ].map((status, index) => ({ status, submissions: 100 + index }));
  const platform = { value: { ungraded: 0, handedInLastMinute: 0, byStatus } };
  const lines = renderStatus({ ...report, platform }, plain).split('\n');
  const first = lines.findIndex((line) => line.startsWith('verdicts'));
  expect(lines.slice(first, first + 2)).toEqual([
    'verdicts   100 Accepted, 101 Compile Error, 102 Runtime Error,',
    '           103 Presentation Error, 104 Wrong Answer, 105 Memory Limit Exceeded,',
  ]);
  expect(lines[first + 2]).toBe('           106 Time Limit Exceeded');
});

it.each([60, 80])('keeps every row within %i columns, painted ones too', (columns) => {
  const painted: Paint = (_colour, text) => `\u001b[31m${text}\u001b[39m`;
  const lines = renderStatus(report, painted, columns).split('\n').slice(1);
  expect(lines.filter((line) => textWidth(line) > columns)).toEqual([]);
});

it.each([
  ['90 min', 90],
  ['24 h', 24 * 60],
  ['25 d', 25 * 24 * 60],
])('says the time that it counts as %s', (text, minutes) => {
  const since = new Date(at.getTime() - minutes * 60_000);
  expect(renderStatus({ ...report, since }, plain)).toContain(`counts of the last ${text}\n`);
});
