import type { Command } from 'commander';
import { countIfKnown } from '../../platform/temporal/grading-figures.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { viewsAnswer } from '../answers/other-answers.js';
import { withContext } from '../context.js';
import { browserScript } from '../views/browser-script.js';
import { viewLink, views } from '../views/views.js';

const examples = `
Examples:
  grader views                  lists of the web UI, with counts and links
  grader views --script         JavaScript that gives a browser the columns and saved views
  grader views --json

Paste what --script prints into the browser's console (F12) on any page of the web UI: it keeps columns and views in the
browser, so no server can set them. A count is of the runs that the namespace still keeps, "–" where its search attribute
is not registered. Settings: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_UI_URL.`;

/** `grader views`: lists of Temporal's web UI, one for each verdict among them. */
export function addViewsCommand(program: Command): void {
  program
    .command('views')
    .description("lists of Temporal's web UI: how many are in each, and where to see them")
    .option('--script', 'print a script that sets columns and saved views of a browser')
    .addOption(new JsonOption(viewsAnswer).conflicts('script'))
    .addHelpText('after', examples)
    .action(async ({ script, json }: { script?: boolean; json?: boolean }) => {
      const needs = script === true ? {} : ({ needs: 'temporal' } as const);
      await withContext(needs, async ({ temporal, settings }) => {
        if (script === true) return say(browserScript(temporal.namespace).trimEnd());
        const counts = await Promise.all(views.map(({ query }) => countIfKnown(temporal, query)));
        const listed = views.map((view, index) => ({
          name: view.name,
          count: counts[index] ?? null,
          query: view.query,
          link: viewLink(settings.temporal, view),
        }));
        if (json === true) return printJson(viewsAnswer, { views: listed });
        say(
          renderTable(
            ['list', 'count'],
            listed.map(({ name, count }) => [name, count ?? '–']),
          ),
        );
        say(listed.map(({ name, link }) => `${name}: ${link}`).join('\n'));
      });
    });
}
