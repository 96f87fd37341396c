import { describe, expect, it } from 'vitest';
import { demoPrograms } from './catalogue.js';
import { concludeDemo } from './live-table.js';

const rows = demoPrograms.map((program, index) => ({
  program,
  submissionId: index + 1,
  link: '',
  verdict: program.expected,
  score: program.expectedScore,
}));

describe('the end of the demo', () => {
  it('is good when every verdict is as expected', () => {
    expect(concludeDemo(rows)).toEqual({ text: 'every verdict is as expected', isGood: true });
  });

  it('tells a verdict that differs from one that is missing', () => {
    const [first, second, ...others] = rows;
    if (first === undefined || second === undefined) throw new Error('the catalogue is empty');
    const { verdict: _, score: __, ...ungraded } = second;
    const { text, isGood } = concludeDemo([
      { ...first, verdict: 'Wrong Answer', score: 0 },
      ungraded,
      ...others,
    ]);
    expect(isGood).toBe(false);
    expect(text).toMatch(/^1 verdict\(s\) differ; 1 grading\(s\) have no verdict yet/);
  });
});
