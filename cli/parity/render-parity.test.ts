import { describe, expect, it } from 'vitest';
import type { ShadowGrading } from '../../domain/parity/parity-report.js';
import { differenceKey, parityReport } from '../../domain/parity/parity-report.js';
import { defaultCriteria, defaultTolerance } from '../../domain/parity/parity-rules.js';
import type { PackedTest } from '../../domain/parity/shadow-record.js';
import { parityPage } from './html-page.js';
import type { PrintedReport } from './render-text.js';
import { renderParity } from './render-text.js';

const nasty = '<img src=x onerror="alert(1)">';

function grading(submissionId: number, theirs: string, ours: string | null, test: PackedTest): ShadowGrading {
  return {
    record: {
      submissionId,
      problemTitle: nasty,
      language: 'cpp',
      gradingMode: 'stdio',
      limits: { timeMs: 1000, memoryKb: 262_144 },
      theirs: { status: theirs, score: 100, fingerprint: 'a' },
      ours: ours === null ? null : { verdict: ours, score: 100 },
      failure: ours === null ? 'the host is gone' : null,
      tests: [test],
      testsTotal: 1,
    },
    workflowId: `shadow-${submissionId}`,
    runId: 'run',
    at: '2026-11-25T09:00:00.000Z',
  };
}

const gradings = [
  grading(1, 'Accepted', 'Accepted', [401, 'Accepted', 'Accepted', 20, 21, 3400, 3400]),
  grading(2, 'Time Limit Exceeded', 'Accepted', [
    401,
    'Time Limit Exceeded',
    'Accepted',
    1003,
    962,
    3400,
    3400,
  ]),
  grading(3, nasty, null, [401, nasty, null, 5, null, 3400, null]),
];

function printed(notes: Parameters<typeof parityReport>[2] = [], of = gradings): PrintedReport {
  return {
    report: parityReport(of, defaultCriteria, notes),
    since: new Date('2026-11-24T09:00:00Z'),
    ui: { url: 'http://ui.example', namespace: 'grading' },
    noiseSetting: undefined,
  };
}

function noteOn(submissionId: number) {
  const row = printed().report.rows.find(({ record }) => record.submissionId === submissionId);
  if (row === undefined) throw new Error('There is no such row.');
  const difference = differenceKey(row.record, row);
  return { submissionId, difference, note: nasty, by: 'teacher', at: '2026-11-25T10:00:00.000Z' };
}

describe('the report for a terminal', () => {
  it('says agreement with its bounds, both sides, how near the limit was, and where to look', () => {
    const text = renderParity(printed(), 10);
    expect(text).toContain('33.3 % (1 of 3), 95 % bounds 6.1 % – 79.2 %');
    expect(text).toContain('#2 differs: verdict — test 401 (1 of 1); 3.8 % from the time limit of 1000 ms');
    expect(text).toContain(
      'legacy  Time Limit Exceeded, 100 · test 401: Time Limit Exceeded, 1003 ms, 3400 KB',
    );
    expect(text).toContain('ours    Accepted, 100 · test 401: Accepted, 962 ms, 3400 KB');
    expect(text).toContain('http://ui.example/namespaces/grading/workflows/shadow-2/run/history');
    expect(text).toContain('#3 ours failed — the host is gone');
    expect(renderParity(printed([noteOn(2)]), 10)).toContain('#2 differs: verdict (explained)');
  });

  it('counts the differences it does not list, and says what to do where there is nothing', () => {
    expect(renderParity(printed(), 1)).toContain('1 more; see --limit');
    expect(renderParity(printed([], []), 1)).toContain('grader shadow --since 24h');
    expect(renderParity(printed([], gradings.slice(0, 1)), 1)).toContain('Nothing differs.');
  });
});

describe('the page', () => {
  const page = parityPage(printed([noteOn(2)]), defaultTolerance, new Date('2026-11-25T11:00:00Z'));

  it('escapes what other people wrote', () => {
    expect(page).not.toContain('<img');
    expect(page).toContain('&#60;img src=x');
  });

  it('needs nothing else, and its elements are closed', () => {
    expect(page).not.toMatch(/<script|<link|src="|url\(|@import/);
    for (const element of ['div', 'section', 'table', 'svg', 'tr', 'td', 'span', 'p']) {
      const opened = page.match(new RegExp(`<${element}[\\s>]`, 'g'))?.length;
      expect([element, page.match(new RegExp(`</${element}>`, 'g'))?.length]).toEqual([element, opened]);
    }
  });

  it('draws a point for each submission with times on both sides, with its meaning on it', () => {
    expect(page.match(/class="point /g)).toHaveLength(2);
    expect(page).toContain('differs: verdict, 1003 × 962 ms');
  });

  it('can be made of nothing', () => {
    const empty = parityPage(printed([], []), defaultTolerance, new Date());
    expect(empty).toContain('Nothing differs.');
    expect(empty).toContain('No test has a time on both sides.');
  });
});
