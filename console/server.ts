import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { withDeadline } from '../platform/deadline.js';
import type { Logger } from '../platform/process/logger.js';
import { ConditionError } from '../platform/terminal/condition-error.js';
import { isUnforeseen, renderError } from '../platform/terminal/render-error.js';
import { NotThereError, UsageError } from '../platform/terminal/usage-error.js';
import { forgedReason } from './access/forged.js';
import { bearerToken, identify } from './access/identify.js';
import { serveLogin, tooManyText } from './access/login.js';
import { LoginAttempts } from './access/login-attempts.js';
import type { ConsoleSettings } from './access/sessions.js';
import { Sessions } from './access/sessions.js';
import type { Visitor } from './access/visitor.js';
import { mayBe } from './access/visitor.js';
import { serveAssets } from './assets.js';
import type { Html } from './html/html.js';
import { html } from './html/html.js';
import type { Notice } from './layout.js';
import { layout } from './layout.js';
import { Notices } from './notices.js';
import type { ActionRoute, Page, PageRoute } from './routes.js';
import { FormError, formOf } from './routes.js';

export interface ConsoleOptions {
  readonly settings: ConsoleSettings;
  readonly platform: string;
  readonly pages: readonly PageRoute[];
  readonly actions: readonly ActionRoute[];
  /** More routes, such as streams of events. */
  readonly more?: (app: FastifyInstance, identified: Identified) => void;
  readonly log: Logger;
}

export type Identified = (request: FastifyRequest) => Visitor | undefined;

/** A page that took longer is given up; what it asked has deadlines of its own. */
const pageWithinMs = 15_000;
/** A replay starts a few gradings a second; what waits for bridges takes some seconds. */
const actionWithinMs = 120_000;
const maxFormBytes = 256 * 1024;

/** The console's HTTP server, not listening yet. */
export function createServer(options: ConsoleOptions): FastifyInstance {
  const { settings, platform, log } = options;
  const sessions = new Sessions(settings);
  const notices = new Notices();
  const attempts = new LoginAttempts();
  const app = fastify({
    bodyLimit: maxFormBytes,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const identified: Identified = (request) => identify(request, settings, sessions);

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    },
  );
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(protectingHeaders);
    const token = bearerToken(request);
    if (token === undefined) return;
    const seconds = attempts.refusedFor(request.ip);
    if (seconds !== undefined) {
      return reply
        .code(429)
        .header('retry-after', seconds)
        .send(`${tooManyText(seconds)}.`);
    }
    if (sessions.roleOf(token) === undefined) attempts.noteWrong(request.ip);
  });
  app.setNotFoundHandler((request, reply) =>
    show(request, reply, 404, {
      title: 'There is no such page',
      body: html`<p>Go to <a href="/">Overview</a>, or choose a section above.</p>`,
    }),
  );
  app.setErrorHandler((error, request, reply) => {
    const code = statusOf(error, request.method);
    if (code === 500) log.error({ err: error, path: request.url }, 'a page failed');
    return show(request, reply, code, troublePage(error, code));
  });

  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    code: number,
    page: Page,
    notice?: Notice,
  ): FastifyReply => {
    const path = new URL(request.url, 'http://console').pathname;
    const document = layout({ page, path, platform, visitor: identified(request), notice });
    return sendHtml(reply.code(code), document);
  };
  /** @returns the visitor, or undefined when the answer has been given. */
  const admitted = (
    request: FastifyRequest,
    reply: FastifyReply,
    needs: PageRoute['needs'],
  ): Visitor | undefined => {
    const visitor = identified(request);
    if (visitor !== undefined && mayBe(visitor, needs)) return visitor;
    const isUnknown = visitor === undefined || visitor.by === 'nothing';
    show(request, reply, isUnknown ? 401 : 403, refusal(needs, visitor, request.url));
    return undefined;
  };

  serveAssets(app);
  serveLogin(app, { sessions, attempts, show });
  for (const { path, needs, read } of options.pages) {
    app.get(path, async (request, reply) => {
      const visitor = admitted(request, reply, needs);
      if (visitor === undefined) return reply;
      const query = new URL(request.url, 'http://console').searchParams;
      const parameters = request.params as Record<string, string>;
      const reading = Promise.resolve(read({ visitor, parameters, query }));
      const page = await withDeadline('The services that this page reads', pageWithinMs, reading);
      return show(request, reply, 200, page, notices.take(query.get('done')));
    });
  }
  for (const { path, run } of options.actions) {
    app.post(path, async (request, reply) => {
      const visitor = admitted(request, reply, 'operator');
      if (visitor === undefined) return reply;
      const form = formOf(request);
      const forged = forgedReason(request, visitor, form.get('formToken') ?? '');
      if (forged !== undefined) return show(request, reply, 403, forgedPage(forged));
      const {
        text,
        to,
        isDone = true,
      } = await withDeadline(`action ${path}`, actionWithinMs, run(form, visitor));
      log.info({ action: path, by: visitor.name, isDone }, text);
      const done = notices.put({ text, isDone });
      return reply.redirect(`${to}${to.includes('?') ? '&' : '?'}done=${done}`, 303);
    });
  }
  options.more?.(app, identified);
  return app;
}

/** Only what this server serves is loaded; nothing that is written into a page runs, whoever wrote it. */
const protectingHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

function sendHtml(reply: FastifyReply, document: Html): FastifyReply {
  return reply.header('content-type', 'text/html; charset=utf-8').send(document.toString());
}

/** The visitor's fault, what is not there or not so, or a service's that does not answer; anything else is ours. */
function statusOf(error: unknown, method: string): number {
  const isNotThere = error instanceof ConditionError || error instanceof NotThereError;
  if (isNotThere) return method === 'GET' ? 404 : 409;
  if (error instanceof FormError || error instanceof UsageError) return 400;
  const { statusCode } = error as { readonly statusCode?: number };
  if (statusCode !== undefined && statusCode < 500) return statusCode;
  return error instanceof Error && !isUnforeseen(error) ? 502 : 500;
}

function troublePage(error: unknown, code: number): Page {
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

function refusal(needs: PageRoute['needs'], visitor: Visitor | undefined, url: string): Page {
  const who =
    visitor?.name === undefined ? 'You are not signed in' : `${visitor.name} is signed in as ${visitor.role}`;
  return {
    title: `This is for ${needs === 'guest' ? 'people who are signed in' : `${needs}s`}`,
    body: html`<p>${who}. <a class="button" href="/login?to=${encodeURIComponent(url)}">Sign in</a></p>`,
  };
}

function forgedPage(why: string): Page {
  return {
    title: 'Not done',
    body: html`<p>${why}. Nothing was changed. Load the page again, and send the form from there.</p>`,
  };
}
