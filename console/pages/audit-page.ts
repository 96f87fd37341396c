import type { CommandContext } from '../../cli/context.js';
import { workflowLink } from '../../cli/workflow-link.js';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import { listActions } from '../../platform/temporal/operator-actions.js';
import type { Piece } from '../html/html.js';
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
      const [actions, controls] = await Promise.all([
        listActions(context.temporal, maxShown),
        context.control.history(maxShown),
      ]);
      const rows: readonly { readonly at: string; readonly cells: readonly Piece[] }[] = [
        ...actions.map(({ at, by, via, what, target, why, state, workflowId, runId }) => ({
          at: at.toISOString(),
          cells: [
            by,
            via,
            html`${what} ${target}`,
            why,
            uiLink(workflowLink(context.settings.temporal, workflowId, runId), state),
          ],
        })),
        ...controls.map(({ at, by, why, cutover, version, evidence = [], ...setting }) => ({
          at,
          cells: [
            by,
            cutover === undefined ? 'console or cli' : `plan ${cutover}`,
            `mode ${describeSetting(setting)} (version ${version})`,
            html`${why}${evidence.map((line) => html`<br>${line}`)}`,
            'done',
          ],
        })),
      ];
      const sorted = rows.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, maxShown);
      return {
        title: 'Audit log',
        body: html`${
          sorted.length === 0
            ? html`<p>Nobody has done anything yet.</p>`
            : table(
                'Latest first',
                ['at', 'who', 'from', 'what', 'why', 'outcome'],
                sorted.map(({ at, cells }) => [moment(at), ...cells]),
              )
        }
<p class="quiet">Kept as long as Temporal keeps ended workflows. What came of an action is the reason of its end, in Temporal’s web UI.</p>`,
      };
    },
  };
}
