import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecentBridges } from '../../../cli/bridges/recent-bridges.js';
import { askWhatHolds } from '../../../cli/bridges/what-holds.js';
import type { CommandContext } from '../../../cli/context.js';
import { readCutover } from '../../../cli/cutover-plan/cutover-orders.js';
import { bridgeModes } from '../../../domain/cutover/bridge-control.js';
import type { CutoverStatus } from '../../../domain/cutover/cutover-run.js';
import { installationRoot } from '../../../platform/process/installation-root.js';
import { ConditionError } from '../../../platform/terminal/condition-error.js';
import type { Visitor } from '../../access/visitor.js';
import { mayBe } from '../../access/visitor.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { formToken } from '../../layout.js';
import { LivePage, tile } from '../../live/live-page.js';
import { Series } from '../../live/series.js';
import type { PageRoute } from '../../routes.js';
import { planTile } from './plan-tile.js';
import { shareTile } from './share-tile.js';

export const cutoverStream = '/live/cutover';

/** The plan and the share, read once for all who look. */
export function createCutoverLive(
  context: CommandContext,
  recentBridges: RecentBridges,
  stop: AbortSignal,
): LivePage {
  const observed = new Series();
  const read = async (): Promise<CutoverStatus | null> => {
    try {
      return await readCutover(context);
    } catch (error) {
      if (error instanceof ConditionError) return null;
      throw error;
    }
  };
  return new LivePage(
    [
      tile({ id: 'plan', title: 'Plan', size: 'wide', read, render: planTile }),
      tile({
        id: 'share',
        title: 'Mode and share',
        size: 'wide',
        read: async () => {
          const holds = await askWhatHolds(context);
          recentBridges.note(holds.answers);
          return holds;
        },
        render: (holds) => shareTile(holds, observed),
      }),
    ],
    stop,
  );
}

/** Where the cutover is, and the way back, one click away. */
export function cutoverPage(live: LivePage): PageRoute {
  return {
    path: '/cutover',
    needs: 'guest',
    read: async ({ visitor }) => ({
      title: 'Cutover',
      live: cutoverStream,
      body: html`${mayBe(visitor, 'operator') ? controls(visitor) : html`<p class="quiet">Operators who are signed in pause, promote and abort here.</p>`}
<div class="tiles">${await live.render()}</div>
${mayBe(visitor, 'operator') && html`${byHand(visitor)}${newPlan()}`}`,
    }),
  };
}

/** Outside of what is replaced while somebody types. */
function controls(visitor: Visitor): Html {
  return html`<div class="tile"><h2>Act on the plan</h2>
<form class="row" method="post" action="/actions/cutover">${formToken(visitor)}
<label>Why <input name="why" required maxlength="500"></label>
<button name="verb" value="pause">Pause</button> <button name="verb" value="resume">Resume</button>
<button name="verb" value="promote">Promote</button> <button name="verb" value="promote-full">Promote to the last step</button></form>
<form class="row" method="post" action="/actions/abort">${formToken(visitor)}
<label>Why (may be empty) <input name="why" maxlength="500"></label>
<button class="danger">Abort: take everything back now</button></form>
<p class="quiet">Abort sets the bridges first, and needs no worker. While Temporal is down it says what else stops the flow.</p></div>`;
}

function byHand(visitor: Visitor): Html {
  return html`<section class="tile"><h2>Mode and share by hand</h2>
<form class="row" method="post" action="/actions/mode">${formToken(visitor)}
<label>Mode <select name="mode" required><option value="">choose</option>${bridgeModes.map((mode) => html`<option>${mode}</option>`)}</select></label>
<label>Share, of paced and router <input name="share" size="6" placeholder="12.5%"></label>
<label>Why <input name="why" required maxlength="500"></label>
<label class="tick"><input type="checkbox" name="force" value="yes"> although nobody reads the legacy workers’ queue</label>
<button>Set</button></form></section>`;
}

const sample = 'share-wise.yaml';

function newPlan(): Html {
  const source = readFileSync(join(installationRoot, 'docs', 'cutover-plans', sample), 'utf8');
  return html`<section class="tile"><h2>Begin with a plan</h2>
<form method="get" action="/cutover/plan"><label>Plan, as YAML; this one is docs/cutover-plans/${sample} <textarea name="plan" spellcheck="false">${source}</textarea></label>
<p><button>Check it</button></p></form></section>`;
}
