import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { browserScript } from './browser-script.js';
import { viewLink, views } from './views.js';

function run(script: string, kept: Map<string, string>): string {
  let page = '';
  const localStorage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  const assign = (to: string): void => {
    page = to;
  };
  runInNewContext(script, { localStorage, location: { assign } });
  return page;
}

it('sets columns and views of the namespace, and leaves what others have saved', () => {
  const mine = { id: 'mine', name: 'mine', query: '' };
  const kept = new Map([
    ['saved-workflow-queries', JSON.stringify({ grading: [mine], other: [mine] })],
    ['namespace-workflow-table-columns', JSON.stringify({ other: [{ label: 'Status' }] })],
  ]);
  run(browserScript('grading'), kept);
  // Again, as after an upgrade: nothing is there twice.
  expect(run(browserScript('grading'), kept)).toBe('/namespaces/grading/workflows');
  const saved = JSON.parse(kept.get('saved-workflow-queries') ?? '');
  expect(saved.other).toEqual([mine]);
  expect(saved.grading).toHaveLength(1 + views.length);
  expect(saved.grading[0]).toEqual(mine);
  const columns = JSON.parse(kept.get('namespace-workflow-table-columns') ?? '');
  expect(columns.other).toEqual([{ label: 'Status' }]);
  expect(columns.grading).toContainEqual({ label: 'Verdict' });
});

it('cannot be broken out of by the name of a namespace', () => {
  const name = '"); throw new Error("x"); ("</script>';
  expect(run(browserScript(name), new Map())).toBe(`/namespaces/${name}/workflows`);
});

it('links to a list by its query', () => {
  const settings = { uiUrl: 'http://ui:8233', namespace: 'a b' };
  expect(viewLink(settings, { name: 'x', query: 'Verdict = "Wrong Answer"' })).toBe(
    'http://ui:8233/namespaces/a%20b/workflows?query=Verdict%20%3D%20%22Wrong%20Answer%22',
  );
});
