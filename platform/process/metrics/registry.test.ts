import { describe, expect, it } from 'vitest';
import { createRegistry } from './registry.js';

describe('the metrics of a process', () => {
  it('shows every series of a counter from the start, at 0', () => {
    const registry = createRegistry();
    const posts = registry.counter({
      name: 'posts_total',
      help: 'Posts.',
      labels: { result: ['accepted', 'refused'] },
    });
    posts.add({ result: 'accepted' });
    posts.add({ result: 'accepted' }, 2);
    expect(registry.render()).toBe(
      '# HELP posts_total Posts.\n# TYPE posts_total counter\nposts_total{result="accepted"} 3\nposts_total{result="refused"} 0\n',
    );
    expect(posts.sum()).toBe(3);
  });

  it('makes no new series of values it does not know, however many come', () => {
    const registry = createRegistry();
    const verdicts = registry.counter({ name: 'v_total', help: 'V.', labels: { verdict: ['Accepted'] } });
    for (let index = 0; index < 1000; index += 1) verdicts.add({ verdict: `"}\n${index}` });
    const series = registry
      .render()
      .split('\n')
      .filter((line) => line.startsWith('v_total'));
    expect(series).toEqual(['v_total{verdict="Accepted"} 0', 'v_total{verdict="other"} 1000']);
  });

  it('counts an observation in every bucket it is not above', () => {
    const registry = createRegistry();
    const seconds = registry.histogram({ name: 's_seconds', help: 'S.', buckets: [0.1, 1] });
    for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe({}, value);
    expect(registry.render().split('\n').slice(2, 7)).toEqual([
      's_seconds_bucket{le="0.1"} 2',
      's_seconds_bucket{le="1"} 3',
      's_seconds_bucket{le="+Inf"} 4',
      's_seconds_sum 7.65',
      's_seconds_count 4',
    ]);
    expect([seconds.count(0.1), seconds.count(1), seconds.count()]).toEqual([2, 3, 4]);
  });

  it('asks for a gauge at each scrape', () => {
    const registry = createRegistry();
    let free = 1;
    registry.gauge({ name: 'free', help: 'Free.' }, () => free);
    registry.gauges({ name: 'state', help: 'State.', labels: { state: ['on', 'off'] } }, ({ state }) =>
      state === 'on' ? 1 : 0,
    );
    free = 2;
    expect(registry.render()).toContain('\nfree 2\n');
    expect(registry.render()).toContain('\nstate{state="on"} 1\nstate{state="off"} 0\n');
  });

  it('writes a label value so that it can be read back', () => {
    const registry = createRegistry();
    registry.counter({ name: 'c_total', help: 'C.', labels: { value: ['a"b\\c\nd'] } });
    expect(registry.render()).toContain('c_total{value="a\\"b\\\\c\\nd"} 0');
  });
});
