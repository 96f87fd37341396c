import type { Paint } from '../../platform/terminal/paint.js';
import type { CheckState } from './check.js';
import { areas } from './check.js';
import type { CheckResult } from './run-checks.js';

const colours = { ok: 'green', warning: 'yellow', failed: 'red' } as const;
const nameWidth = 22;

/** One line per check under its area, with the remedy below it. */
export function renderResults(results: readonly CheckResult[], paint: Paint): string {
  const parts = areas.flatMap((area) => {
    const ofArea = results.filter((result) => result.area === area);
    return ofArea.length === 0 ? [] : [[paint('bold', area), ...ofArea.map((each) => line(each, paint))]];
  });
  return [...parts.flat(), '', summary(results, paint)].join('\n');
}

function line({ state, name, seen, remedy }: CheckResult, paint: Paint): string {
  const head = `  ${paint(colours[state], state.padEnd(8))}${name.padEnd(nameWidth)}${seen}`;
  return remedy === undefined ? head : `${head}\n${' '.repeat(10)}remedy: ${remedy}`;
}

function summary(results: readonly CheckResult[], paint: Paint): string {
  const count = (state: CheckState): number => results.filter((result) => result.state === state).length;
  const counts = `${count('ok')} ok, ${count('warning')} warning(s), ${count('failed')} failed`;
  return paint(count('failed') > 0 ? 'red' : count('warning') > 0 ? 'yellow' : 'green', counts);
}
