import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { withDeadline } from '../platform/deadline.js';
import type { Logger } from '../platform/process/logger.js';
import { forgedReason } from './access/forged.js';
import { bearerToken } from './access/identify.js';
import { serveLogin, tooManyText } from './access/login.js';
import { LoginAttempts } from './access/login-attempts.js';
import type { ConsoleSettings } from './access/sessions.js';
import { Sessions } from './access/sessions.js';
import type { Visitor } from './access/visitor.js';
import { Answers } from './answers.js';
import { serveAssets } from './assets.js';
import { errorPage, forgedPage, statusOf, unknownPage } from './error-pages.js';
import { Notices } from './notices.js';
import type { ActionRoute, PageRoute } from './routes.js';
import { formOf } from './routes.js';

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
  const attempts = new LoginAttempts();
  const answers = new Answers(settings, sessions, platform);
  const app = fastify({
    bodyLimit: maxFormBytes,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    },
  );
  guard(app, sessions, attempts);
  app.setNotFoundHandler((request, reply) => answers.show(request, reply, 404, unknownPage));
  app.setErrorHandler((error, request, reply) => {
    const code = statusOf(error, request.method);
    if (code === 500) log.error({ err: error, path: request.url }, 'a page failed');
    return answers.show(request, reply, code, errorPage(error, code));
  });
  serveAssets(app);
  serveLogin(app, { sessions, attempts, show: answers.show.bind(answers) });
  const notices = new Notices();
  for (const page of options.pages) servePage(app, page, answers, notices);
  for (const action of options.actions) serveAction(app, action, answers, notices, log);
  options.more?.(app, answers.visitor.bind(answers));
  return app;
}

/** Every answer has the protecting headers; who tries tokens one after the other gets no more of them. */
function guard(app: FastifyInstance, sessions: Sessions, attempts: LoginAttempts): void {
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
}

function servePage(
  app: FastifyInstance,
  { path, needs, read }: PageRoute,
  answers: Answers,
  notices: Notices,
): void {
  app.get(path, async (request, reply) => {
    const visitor = answers.admitted(request, reply, needs);
    if (visitor === undefined) return reply;
    const query = new URL(request.url, 'http://console').searchParams;
    const parameters = request.params as Record<string, string>;
    const reading = Promise.resolve(read({ visitor, parameters, query }));
    const page = await withDeadline('The services that this page reads', pageWithinMs, reading);
    return answers.show(request, reply, 200, page, notices.take(query.get('done')));
  });
}

function serveAction(
  app: FastifyInstance,
  { path, run }: ActionRoute,
  answers: Answers,
  notices: Notices,
  log: Logger,
): void {
  app.post(path, async (request, reply) => {
    const visitor = answers.admitted(request, reply, 'operator');
    if (visitor === undefined) return reply;
    const form = formOf(request);
    const forged = forgedReason(request, visitor, form.get('formToken') ?? '');
    if (forged !== undefined) return answers.show(request, reply, 403, forgedPage(forged));
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
