import { views } from './views.js';

/** What tells gradings apart, before the columns that every workflow has. */
const columns = [
  'Status',
  'Workflow ID',
  'Verdict',
  'Score',
  'FailedStep',
  'Language',
  'ProblemId',
  'Origin',
  'Start',
  'End',
];

/**
 * Temporal's web UI keeps columns and saved views in the browser, under these two names (2.34 to 2.54), and its server has
 * no call for them. So this is a script for the browser's console, on any page of the web UI. It may run again: views of
 * other names stay.
 */
export function browserScript(namespace: string): string {
  return `(() => {
  const namespace = ${JSON.stringify(namespace)};
  const change = (name, edit) => {
    const all = JSON.parse(localStorage.getItem(name) ?? '{}');
    localStorage.setItem(name, JSON.stringify({ ...all, [namespace]: edit(all[namespace] ?? []) }));
  };
  change('namespace-workflow-table-columns', () => ${JSON.stringify(columns.map((label) => ({ label })))});
  const views = ${JSON.stringify(
    views.map(({ name, query }) => ({ id: `grader-${name}`, name, query, type: 'user' })),
    undefined,
    1,
  ).replaceAll('\n', '\n  ')};
  change('saved-workflow-queries', (old) => [...old.filter(({ id }) => !views.some((view) => view.id === id)), ...views]);
  location.assign(\`/namespaces/\${namespace}/workflows\`);
})();
`;
}
