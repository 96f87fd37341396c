import { describe, expect, it } from 'vitest';
import type { BridgeReport } from '../../../domain/cutover/bridge-report.js';
import { allChecks } from '../all-checks.js';
import { judgeConsumers } from './consumers.js';
import { judgeNodeVersion } from './node-version.js';
import { judgeHosts } from './pollers.js';
import { judgeProcessor, stolenPart } from './processor.js';
import { judgePolicy } from './queue-kind.js';
import { judgeRights } from './rights.js';
import { judgeTools } from './sandbox-tools.js';
import { judgeSchedstat } from './schedstat.js';

it('knows every check that another needs, and lists it before that one', () => {
  const names = allChecks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, needs } of allChecks) {
    if (needs !== undefined) expect(names.slice(0, names.indexOf(name))).toContain(needs);
  }
});

it.each([
  ['v20.19.0', 'ok'],
  ['v22.0.0', 'ok'],
  ['v20.18.3', 'failed'],
  ['v18.20.4', 'failed'],
])('takes Node %s for %s', (version, state) => {
  expect(judgeNodeVersion(version).state).toBe(state);
});

it.each([
  ['12345 678 9\n', 'ok'],
  ['12345 0 9\n', 'ok'],
  ['0 0 0\n', 'warning'],
  [undefined, 'warning'],
])('takes schedstat %j for %s', (text, state) => {
  expect(judgeSchedstat(text).state).toBe(state);
});

it.each([
  [{}, 'ok', /no frequency; 0\.4 % of the time/],
  [{ governors: ['performance'], turbo: false, sharedCores: false }, 'ok', /frequency is steady/],
  [{ stolen: undefined }, 'ok', /unknown part/],
  [{ governors: ['performance', 'powersave'] }, 'warning', /^governor powersave: .*slow core/],
  [{ turbo: true }, 'warning', /turbo is on/],
  [{ sharedCores: true }, 'warning', /SMT/],
  [{ stolen: 0.13 }, 'warning', /13\.0 % of the time to others/],
])('takes a processor with %j for %s', (facts, state, seen) => {
  const none = { governors: [], turbo: undefined, sharedCores: undefined, stolen: 0.004 };
  expect(judgeProcessor({ ...none, ...facts })).toMatchObject({ state, seen: expect.stringMatching(seen) });
});

it('reads what a hypervisor took from /proc/stat, and knows when it cannot', () => {
  expect(stolenPart('cpu  10 0 20 60 0 0 0 10 5 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n')).toBeCloseTo(0.1);
  expect(stolenPart('cpu  0 0 0 0 0 0 0 0 0 0\n')).toBeUndefined();
  expect(stolenPart(undefined)).toBeUndefined();
});

it.each([
  [['gcc', 'g++', 'python3', 'javac', 'java', 'headers'], 'ok', /^gcc/],
  [['gcc', 'g++', 'headers'], 'warning', /lacks python3, javac, java: submissions in Python and Java fail/],
  [['gcc', 'g++', 'python3', 'javac', 'java'], 'failed', /lacks the C library's headers/],
  [['python3'], 'failed', /lacks gcc, g\+\+, javac, java: without a C compiler/],
])('takes an image with %j for %s', (tools, state, seen) => {
  const finding = judgeTools(new Set(tools), 'image');
  expect(finding).toMatchObject({ state, seen: expect.stringMatching(seen) });
});

describe('consumers', () => {
  const bridge = (state: BridgeReport['state'], mode: 'equal' | 'router' | 'off', share = 0) => ({
    state,
    isHealthy: state !== 'waiting',
    unavailableReason: state === 'waiting' ? 'Temporal is down' : undefined,
    control: { version: 1, mode, share, salt: 's' },
  });
  const none = {
    queue: 'q',
    legacyQueue: 'q.legacy',
    consumers: 0,
    legacyConsumers: undefined,
    unreadable: [],
    hosts: undefined,
  };

  it.each([
    ['nobody', { ...none, bridges: [] }, 'failed', /nobody takes messages from q/],
    [
      'the legacy worker alone',
      { ...none, consumers: 1, bridges: [] },
      'warning',
      /no bridge of ours answers, and somebody else takes messages/,
    ],
    [
      'both',
      { ...none, consumers: 2, bridges: [bridge('consuming', 'equal')] },
      'ok',
      /the legacy worker is alive/,
    ],
    [
      'ours alone',
      { ...none, consumers: 1, bridges: [bridge('consuming', 'equal')] },
      'ok',
      /the legacy worker is not here/,
    ],
    [
      'a bridge whose report cannot be read, beside one that is well',
      {
        ...none,
        consumers: 2,
        bridges: [bridge('consuming', 'equal')],
        unreadable: [{ id: 'b', why: 'state' }],
      },
      'failed',
      /^b answers with a report that cannot be read \(state\)/,
    ],
    ['a bridge that is full', { ...none, bridges: [bridge('full', 'equal')] }, 'warning', /a bridge is full/],
    [
      'a bridge that is off, without the legacy worker',
      { ...none, bridges: [bridge('off', 'off')] },
      'failed',
      /0 of 1 bridge/,
    ],
    [
      'a bridge in trouble',
      { ...none, bridges: [bridge('waiting', 'equal')] },
      'failed',
      /waiting: Temporal is down/,
    ],
    [
      'a router without the legacy worker',
      { ...none, consumers: 1, bridges: [bridge('consuming', 'router', 5_000)] },
      'failed',
      /waits for nobody/,
    ],
    [
      'a router of all',
      { ...none, consumers: 1, bridges: [bridge('consuming', 'router', 10_000)] },
      'ok',
      /router 100 %/,
    ],
    [
      'a router with the legacy worker',
      { ...none, consumers: 1, legacyConsumers: 1, bridges: [bridge('consuming', 'router', 5_000)] },
      'ok',
      /legacy worker is alive/,
    ],
    [
      'a router beside a legacy worker that was not moved',
      { ...none, consumers: 2, legacyConsumers: 1, bridges: [bridge('consuming', 'router', 5_000)] },
      'warning',
      /1 other consumer\(s\) still take from q itself/,
    ],
  ] as const)('of %s are told rightly', (_who, seen, state, text) => {
    expect(judgeConsumers(seen)).toMatchObject({ state, seen: expect.stringMatching(text) });
  });
});

describe('a role that may not write', () => {
  const seen = {
    role: 'r',
    unreadable: [],
    unwritable: ['update submissions'],
    hidden: [],
    isReadOnly: false,
  };
  it.each([
    ['auto', 'warning', /the backend alone writes verdicts/],
    ['always', 'failed', /RECORD_RESULT=always demands it/],
    ['never', 'ok', /wants no more/],
  ] as const)('is judged by RECORD_RESULT=%s', (mode, state, text) => {
    expect(judgeRights(seen, mode)).toMatchObject({ state, seen: expect.stringMatching(text) });
  });
});

it.each([
  [{}, 'ok'],
  [{ 'ha-mode': 'all' }, 'ok'],
  [{ 'message-ttl': 1000 }, 'warning'],
  [{ 'max-length': 5 }, 'warning'],
])('takes a policy %j for %s', (policyDefinition, state) => {
  const facts = {
    type: 'classic',
    arguments: {},
    policy: 'p',
    operatorPolicy: undefined,
    policyDefinition,
    consumerHosts: [],
    clocks: undefined,
  };
  const broker = { queue: 'q', brokerVersion: '4.1.0' };
  expect(judgePolicy('durable, no arguments', facts, broker).state).toBe(state);
});

it.each([
  ['4.1.0', {}, 'warning'],
  ['3.13.7', {}, 'ok'],
  ['4.1.0', { 'delivery-limit': -1 }, 'ok'],
  ['3.13.7', { 'delivery-limit': 20 }, 'warning'],
])('takes a quorum queue of RabbitMQ %s with policy %j for %s', (brokerVersion, policyDefinition, state) => {
  const facts = {
    ...{ type: 'quorum', arguments: {}, policy: undefined, operatorPolicy: undefined },
    ...{ policyDefinition, consumerHosts: [], clocks: undefined },
  };
  expect(judgePolicy('durable, no arguments', facts, { queue: 'q', brokerVersion }).state).toBe(state);
});

it.each([
  ['ok', [['grading-host-a 1@box'], ['grading-host-b 1@box']]],
  ['ok', [['grading-host-a 1@box', 'grading-host-a 1@box'], ['grading-host-b 1@box']]],
  ['warning', [['grading-host-a 1@box', 'grading-host-a 2@box'], ['grading-host-b 1@box']]],
])('hosts: %s where their queues are polled by %j', (state, identities) => {
  const polled = identities.map((names) => names.map((identity) => ({ identity })));
  const finding = judgeHosts(['grading-host-a', 'grading-host-b'], polled);
  expect(finding.state).toBe(state);
  if (state === 'warning') expect(finding.seen).toContain('two have the same HOST_ID');
});
