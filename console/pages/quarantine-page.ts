import { mayBe } from '../access/visitor.js';
import { html } from '../html/html.js';
import { moment, shortened, table } from '../html/pieces.js';
import { formToken } from '../layout.js';
import type { QuarantineDesk } from '../quarantine-desk.js';
import type { PageRoute } from '../routes.js';

const maxShown = 300;
const maxBodyLength = 2_000;

/** The messages that no retry would help, by reason. */
export function quarantinePage(desk: Pick<QuarantineDesk, 'list'>): PageRoute {
  return {
    path: '/quarantine',
    needs: 'guest',
    read: async ({ visitor }) => {
      const messages = await desk.list();
      const isOperator = mayBe(visitor, 'operator');
      const sorted = messages.toSorted(
        (a, b) => a.reason.localeCompare(b.reason) || b.at.localeCompare(a.at),
      );
      const rows = sorted
        .slice(0, maxShown)
        .map(({ id, reason, detail, at, body, headers }) => [
          ...(isOperator
            ? [html`<input type="checkbox" name="message" value="${id}" aria-label="Choose message ${id}">`]
            : []),
          id,
          reason,
          shortened(detail, 300),
          moment(at),
          html`<details id="message-${id}"><summary>${shortened(body, 60)}</summary><pre class="text" tabindex="0" aria-label="Message ${id}">${shortened(body, maxBodyLength)}\n\n${JSON.stringify(headers, undefined, 2)}</pre></details>`,
        ]);
      const list = table(
        `${messages.length} message(s)${messages.length > maxShown ? `, ${maxShown} of them shown` : ''}`,
        [...(isOperator ? ['chosen'] : []), 'id', 'reason', 'detail', 'since', 'message'],
        rows,
      );
      return {
        title: 'Quarantine',
        body:
          messages.length === 0
            ? html`<p class="well">Nothing is in quarantine.</p>`
            : html`${!isOperator && list}
${
  isOperator &&
  html`<form method="post" action="/actions/requeue">${formToken(visitor)}${list}
<div class="tile"><label>Why <input name="why" required maxlength="500"></label>
<div class="row"><button>Return the chosen to the queue</button> <button class="danger" formaction="/actions/drop">Delete the chosen for good</button></div></div></form>`
}`,
      };
    },
  };
}
