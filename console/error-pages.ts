import { ConditionError } from '../platform/terminal/condition-error.js';
import { isUnforeseen, renderError } from '../platform/terminal/render-error.js';
import { NotThereError, UsageError } from '../platform/terminal/usage-error.js';
import type { Visitor } from './access/visitor.js';
import type { Html } from './html/html.js';
import { html } from './html/html.js';
import type { Page, PageRoute } from './routes.js';
import { FormError } from './routes.js';

export const unknownPage: Page = {
  title: 'There is no such page',
  body: html`<p>Go to <a href="/">Overview</a>, or choose a section above.</p>`,
};

/** The visitor's fault, what is not there or not so, or a service's that does not answer; anything else is ours. */
export function statusOf(error: unknown, method: string): number {
  const isNotThere = error instanceof ConditionError || error instanceof NotThereError;
  if (isNotThere) return method === 'GET' ? 404 : 409;
  if (error instanceof FormError || error instanceof UsageError) return 400;
  const { statusCode } = error as { readonly statusCode?: number };
  if (statusCode !== undefined && statusCode < 500) return statusCode;
  return error instanceof Error && !isUnforeseen(error) ? 502 : 500;
}

export function errorPage(error: unknown, code: number): Page {
  const [title, next] = whatNext(code);
  return { title, body: html`<pre class="text">${textOf(error)}</pre>\n<p>${next}</p>` };
}

function whatNext(code: number): readonly [title: string, next: Html | string] {
  if (code === 404)
    return ['It is not there', html`Go to <a href="/">Overview</a>, or choose a section above.`];
  if (code === 409) return ['Not done', 'Go back, and look at how things are now.'];
  if (code < 500) return ['The input cannot be used', 'Go back, and correct it.'];
  const look = html`See <a href="/">Overview</a>: a service that is down is grey there.`;
  if (code === 502) return ['A service did not do it', look];
  return ['That did not work', html`${look} If none is, it is a defect: the console’s log has more.`];
}

/** No trace: it is in the log, and a page is read by others than its owner. */
function textOf(error: unknown): string {
  return error instanceof Error && isUnforeseen(error) ? error.message : renderError(error);
}

export function refusalPage(needs: PageRoute['needs'], visitor: Visitor | undefined, url: string): Page {
  const who =
    visitor?.name === undefined ? 'You are not signed in' : `${visitor.name} is signed in as ${visitor.role}`;
  return {
    title: `This is for ${needs === 'guest' ? 'people who are signed in' : `${needs}s`}`,
    body: html`<p>${who}. <a class="button" href="/login?to=${encodeURIComponent(url)}">Sign in</a></p>`,
  };
}

export function forgedPage(why: string): Page {
  return {
    title: 'Not done',
    body: html`<p>${why}. Nothing was changed. Load the page again, and send the form from there.</p>`,
  };
}
