import type { Visitor } from './access/visitor.js';
import type { Html } from './html/html.js';
import { html } from './html/html.js';
import type { Page } from './routes.js';

export interface Notice {
  readonly text: string;
  readonly isDone: boolean;
}

interface Frame {
  readonly page: Page;
  readonly path: string;
  /** Which platform it is, in a line. */
  readonly platform: string;
  readonly visitor: Visitor | undefined;
  readonly notice?: Notice | undefined;
}

const sections = [
  ['/', 'Overview'],
  ['/submissions', 'Submissions'],
  ['/failures', 'Failures'],
  ['/quarantine', 'Quarantine'],
  ['/cutover', 'Cutover'],
  ['/parity', 'Parity'],
  ['/rejudge', 'Rejudge'],
  ['/criteria', 'Criteria'],
  ['/audit', 'Audit log'],
] as const;

/** The whole document. Nothing in it is loaded from elsewhere, and no script or style is written into it. */
export function layout({ page, path, platform, visitor, notice }: Frame): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · grading console</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/console.css">
<script src="/assets/console.js" defer></script>
${page.hasPlots === true && html`<link rel="stylesheet" href="/assets/uPlot.css"><script src="/assets/uPlot.js" defer></script><script src="/assets/plots.js" defer></script>`}
${page.live !== undefined && html`<noscript><meta http-equiv="refresh" content="10"></noscript>`}
</head>
<body ${page.live !== undefined && html`data-live="${page.live}"`}>
<a class="skip" href="#main">To the content</a>
<header>
<p class="platform"><strong>Grading console</strong> <span>${platform}</span></p>
<nav aria-label="Sections"><ul>${sections.map(
    ([to, name]) =>
      html`<li><a href="${to}" ${isHere(to, path) && html`aria-current="page"`}>${name}</a></li>`,
  )}</ul></nav>
${whoIsHere(visitor, path)}
</header>
<main id="main" tabindex="-1">
<h1>${page.title}</h1>
<p class="notice lost" id="lost" role="status" hidden>The console does not answer: what is here is as old as it says.</p>
${notice && html`<p class="notice ${notice.isDone ? 'done' : 'undone'}" role="status">${notice.text}</p>`}
${page.body}
</main>
</body>
</html>
`;
}

function isHere(to: string, path: string): boolean {
  return to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
}

function whoIsHere(visitor: Visitor | undefined, path: string): Html {
  if (visitor === undefined || visitor.by === 'nothing') {
    return html`<p class="who"><a href="/login?to=${encodeURIComponent(path)}">Sign in</a></p>`;
  }
  const leave =
    visitor.by === 'session' &&
    html`<form method="post" action="/logout">${formToken(visitor)}<button class="plain">Sign out</button></form>`;
  return html`<div class="who"><span>${visitor.name}, ${visitor.role}</span>${leave}</div>`;
}

/** Of every form that changes something. */
export function formToken(visitor: Visitor): Html {
  return html`<input type="hidden" name="formToken" value="${visitor.formToken}">`;
}
