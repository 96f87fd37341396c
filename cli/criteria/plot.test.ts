import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderPlot } from './plot.js';

it('keeps every point inside the frame, whatever is measured', () => {
  const value = fc.double({ min: 0, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 2000 }), (values) => {
      const points = values.map((y, x) => ({ x, y }));
      const svg = renderPlot({
        title: 't',
        unit: '',
        from: 0,
        to: values.length,
        lines: [{ name: 'n', points }],
      });
      const drawn = /points="([^"]*)"/.exec(svg)?.[1]?.split(' ') ?? [];
      expect(drawn.length).toBeGreaterThan(0);
      for (const point of drawn) {
        const [x = -1, y = -1] = point.split(',').map(Number);
        expect(x >= 64 && x <= 704 && y >= 11.9 && y <= 192.1, point).toBe(true);
      }
    }),
    { numRuns: 50, examples: [[[5e-324]], [[0]]] },
  );
});

it('says so when there is nothing to draw', () => {
  const empty = { title: 'Memory', unit: 'MB', from: 0, to: 1, lines: [{ name: 'a', points: [] }] };
  expect(renderPlot(empty)).toContain('no samples');
});

it('shows a host name with signs of HTML as it is', () => {
  const line = { name: '<b>"&', points: [{ x: 0, y: 1 }] };
  const svg = renderPlot({ title: 't', unit: '', from: 0, to: 1, lines: [line] });
  expect(svg).toContain('&#60;b&#62;&#34;&#38;');
  expect(svg).not.toContain('<b>');
});
