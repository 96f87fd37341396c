import { Status } from '../../../domain/judging/status.js';
import type { TestResult } from '../../../platform/postgres/submission-search.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { table, verdict } from '../../html/pieces.js';
import { difference } from './difference.js';

/** What anybody may see of the tests: how each ended. */
export function testTable(tests: readonly TestResult[]): Html {
  const rows = tests.map(({ testCaseId, isHidden, status, timeMs, memoryKb, points }, index) => [
    html`${index + 1}${isHidden && ' (hidden)'}`,
    testCaseId,
    status === undefined ? 'no result' : verdict(status),
    timeMs === null ? '–' : `${timeMs} ms`,
    memoryKb === null ? '–' : `${memoryKb} KB`,
    points,
  ]);
  const number = (name: string) => ({ name, isNumber: true });
  return table(
    'In the order in which they count',
    ['test', number('id'), 'status', number('time'), number('memory'), number('points')],
    rows,
  );
}

const compared: ReadonlySet<string | undefined> = new Set([Status.WrongAnswer, Status.PresentationError]);

/** Input, expected and got of each; the first that failed is open. */
export function testDetails(tests: readonly TestResult[]): Html {
  const failed = tests.find(({ status }) => status !== undefined && status !== Status.Accepted);
  return html`${tests.map((test, index) => {
    const { testCaseId, isHidden, status, input, message } = test;
    return html`<details id="test-${testCaseId}" ${test === failed && html`open`}><summary>Test ${index + 1}${isHidden && ', hidden'}: ${status ?? 'no result'}</summary>
<p class="quiet">Input</p><pre tabindex="0" aria-label="Input of test ${index + 1}">${input}</pre>
${outputs(test)}
${message !== null && html`<p class="quiet">Message</p><pre class="text" tabindex="0" aria-label="Message of test ${index + 1}">${message}</pre>`}</details>`;
  })}`;
}

function outputs({ status, expected, output }: TestResult): Html {
  if (compared.has(status)) return difference(expected, output ?? '');
  return html`<div class="pair"><figure class="box"><figcaption>Expected</figcaption><pre tabindex="0" aria-label="Expected">${expected}</pre></figure>
<figure class="box"><figcaption>Got</figcaption>${output === null ? html`<p class="quiet">Not stored.</p>` : html`<pre tabindex="0" aria-label="Got">${output}</pre>`}</figure></div>`;
}
