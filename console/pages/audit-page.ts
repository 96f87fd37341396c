import { readAuditLog } from '../../cli/audit-log.js';
import type { CommandContext } from '../../cli/context.js';
import { workflowLink } from '../../cli/workflow-link.js';
import { html } from '../html/html.js';
import { moment, table, uiLink } from '../html/pieces.js';
import type { PageRoute } from '../routes.js';

const maxShown = 200;

/** Who did what and why: actions of console and commands, and every setting of the bridges. */
export function auditPage(context: CommandContext): PageRoute {
  return {
    path: '/audit',
    needs: 'guest',
    read: async () => {
      const entries = await readAuditLog(context, maxShown);
      const rows = entries.map(({ at, by, via, what, target, why, evidence, outcome, record }) => [
        moment(at),
        by,
        via,
        html`${what} ${target}`,
        html`${why}${evidence.map((line) => html`<br>${line}`)}`,
        outcome ??
          uiLink(
            record === undefined
              ? null
              : workflowLink(context.settings.temporal, record.workflowId, record.runId),
            'open',
          ),
      ]);
      return {
        title: 'Audit log',
        body: html`${
          rows.length === 0
            ? html`<p>Nobody has done anything yet.</p>`
            : table('Latest first', ['at', 'who', 'from', 'what', 'why', 'outcome'], rows)
        }
<p class="quiet">What people did by commands and here, and every setting of the bridges. Kept as long as Temporal keeps ended workflows.</p>`,
      };
    },
  };
}
