import type { FastifyReply, FastifyRequest } from 'fastify';
import { identify } from './access/identify.js';
import type { ConsoleSettings, Sessions } from './access/sessions.js';
import type { Visitor } from './access/visitor.js';
import { mayBe } from './access/visitor.js';
import { refusalPage } from './error-pages.js';
import type { Notice } from './layout.js';
import { layout } from './layout.js';
import type { Page, PageRoute } from './routes.js';

/** Who asks, and how a page is shown to him. */
export class Answers {
  readonly #settings: ConsoleSettings;
  readonly #sessions: Sessions;
  readonly #platform: string;

  constructor(settings: ConsoleSettings, sessions: Sessions, platform: string) {
    this.#settings = settings;
    this.#sessions = sessions;
    this.#platform = platform;
  }

  visitor(request: FastifyRequest): Visitor | undefined {
    return identify(request, this.#settings, this.#sessions);
  }

  show(
    request: FastifyRequest,
    reply: FastifyReply,
    code: number,
    page: Page,
    notice?: Notice,
  ): FastifyReply {
    const path = new URL(request.url, 'http://console').pathname;
    const visitor = this.visitor(request);
    const document = layout({ page, path, platform: this.#platform, visitor, notice });
    return reply.code(code).header('content-type', 'text/html; charset=utf-8').send(document.toString());
  }

  /** @returns the visitor, or undefined when the answer has been given. */
  admitted(request: FastifyRequest, reply: FastifyReply, needs: PageRoute['needs']): Visitor | undefined {
    const visitor = this.visitor(request);
    if (visitor !== undefined && mayBe(visitor, needs)) return visitor;
    const isUnknown = visitor === undefined || visitor.by === 'nothing';
    this.show(request, reply, isUnknown ? 401 : 403, refusalPage(needs, visitor, request.url));
    return undefined;
  }
}
