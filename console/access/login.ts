import type { FastifyInstance } from 'fastify';
import { html } from '../html/html.js';
import type { Page, Show } from '../routes.js';
import { formOf } from '../routes.js';
import { fromElsewhere } from './forged.js';
import { maxNameLength, sessionCookie } from './identify.js';
import type { LoginAttempts } from './login-attempts.js';
import type { Sessions } from './sessions.js';
import { sessionSeconds } from './sessions.js';

interface LoginParts {
  readonly sessions: Sessions;
  readonly attempts: LoginAttempts;
  readonly show: Show;
}

/** A token and a name become a session. */
export function serveLogin(app: FastifyInstance, { sessions, attempts, show }: LoginParts): void {
  app.get('/login', (request, reply) => {
    const to = new URL(request.url, 'http://console').searchParams.get('to');
    return show(request, reply, 200, loginPage(placeOf(to)));
  });
  app.post('/login', (request, reply) => {
    const form = formOf(request);
    const to = placeOf(form.get('to'));
    const name = (form.get('name') ?? '').trim().slice(0, maxNameLength);
    const elsewhere = fromElsewhere(request.headers);
    if (elsewhere !== undefined) return show(request, reply, 403, loginPage(to, elsewhere));
    const seconds = attempts.refusedFor(request.ip);
    if (seconds !== undefined) {
      reply.header('retry-after', seconds);
      return show(request, reply, 429, loginPage(to, tooManyText(seconds)));
    }
    const role = sessions.roleOf(form.get('token') ?? '');
    if (role === undefined) {
      attempts.noteWrong(request.ip);
      return show(request, reply, 401, loginPage(to, 'That token is nobody’s'));
    }
    if (name === '') return show(request, reply, 400, loginPage(to, 'Your name is missing'));
    const cookie = `${sessionCookie}=${sessions.open({ role, name })}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionSeconds}`;
    return reply.header('set-cookie', cookie).redirect(to, 303);
  });
  app.post('/logout', (request, reply) => {
    if (fromElsewhere(request.headers) !== undefined) return reply.redirect('/', 303);
    return reply
      .header('set-cookie', `${sessionCookie}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`)
      .redirect('/', 303);
  });
}

/** Why no token is looked at. */
export function tooManyText(seconds: number): string {
  return `Too many wrong tokens came from this address. Try again in ${seconds} s`;
}

/** A page of ours, whatever a link says. */
function placeOf(to: string | null): string {
  return to !== null && /^\/(?![/\\])[\x20-\x7e]*$/.test(to) ? to : '/';
}

function loginPage(to: string, wrong?: string): Page {
  return {
    title: 'Sign in',
    body: html`${wrong !== undefined && html`<p class="notice undone" role="alert">${wrong}.</p>`}
<form class="stack" method="post" action="/login">
<input type="hidden" name="to" value="${to}">
<label>Your name <input name="name" required maxlength="${maxNameLength}" autocomplete="username"></label>
<label>Token <input name="token" type="password" required autocomplete="current-password"></label>
<button>Sign in</button>
</form>
<p class="quiet">The token is CONSOLE_TOKEN of operators, or CONSOLE_VIEWER_TOKEN. Your name stands in the audit log beside what you do.</p>`,
  };
}
