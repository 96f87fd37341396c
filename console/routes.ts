import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Role, Visitor } from './access/visitor.js';
import type { Html } from './html/html.js';

/** What a page is asked with. */
export interface PageRequest {
  readonly visitor: Visitor;
  /** Of the path, such as the id of a submission. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** The stream of events that keeps it up to date. */
  readonly live?: string;
  /** It holds figures over time, which a script draws. */
  readonly hasPlots?: boolean;
}

/** Answers with a page and a status code. */
export type Show = (request: FastifyRequest, reply: FastifyReply, code: number, page: Page) => FastifyReply;

export interface PageRoute {
  readonly path: string;
  readonly needs: Role;
  readonly read: (request: PageRequest) => Promise<Page> | Page;
}

/** What an action did, in words, and the page that shows it. */
export interface Outcome {
  readonly text: string;
  readonly to: string;
  /** False where not all was done. */
  readonly isDone?: boolean;
}

/** Changes something: only operators may, and it is sent by a form of ours. */
export interface ActionRoute {
  readonly path: string;
  readonly run: (form: Form, visitor: Visitor) => Promise<Outcome>;
}

/** The fields of a form; some, such as ticked rows, come several times. */
export type Form = URLSearchParams;

/** Empty where something else was sent. */
export function formOf({ body }: { readonly body: unknown }): Form {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}

export function action<Fields>(
  path: string,
  fields: z.ZodType<Fields>,
  run: (fields: Fields, visitor: Visitor & { readonly name: string }) => Promise<Outcome>,
): ActionRoute {
  return {
    path,
    run: async (form, visitor) => {
      const { name } = visitor;
      if (name === undefined) throw new FormError('who: nobody is named');
      const parsed = fields.safeParse(asObject(form));
      if (parsed.success) return run(parsed.data, { ...visitor, name });
      throw new FormError(
        parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
      );
    },
  };
}

/** What was filled in cannot be used. */
export class FormError extends Error {
  override readonly name = 'FormError';
}

/** Every field as a list, so that one ticked row and several are read alike; parsers of one value take the first. */
function asObject(form: Form): Record<string, readonly string[]> {
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name)]));
}
