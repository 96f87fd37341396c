import type { z } from 'zod';
import { errorText } from '../domain/errors/error-text.js';
import type { Database } from '../platform/postgres/database.js';
import { sqlState } from '../platform/postgres/schema-columns.js';
import type { Logger } from '../platform/process/logger.js';
import { problemBody, resultBody, submissionBody } from './bodies.js';
import {
  createProblem,
  createSubmission,
  listProblems,
  readProblem,
  readSubmission,
  submissionExists,
} from './queries.js';
import { storeVerdict } from './store-verdict.js';
import type { SubmissionPublisher } from './submission-publisher.js';

export interface Answer {
  readonly status: number;
  readonly body: object;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** `id` is 0 where the path has none. */
  handle(id: number, body: unknown): Promise<Answer>;
}

/** Thrown by a handler to answer something else than success. */
export class HttpError extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, fields: object = {}) {
    super(message);
    this.answer = { status, body: { msg: message, ...fields } };
  }
}

export function createRoutes(
  database: Database,
  publisher: SubmissionPublisher,
  log: Logger,
): readonly Route[] {
  const publish = async (submissionId: number): Promise<void> => {
    try {
      await publisher.publish(submissionId);
    } catch (error) {
      // As on the real platform the row stays Pending; publishing again is the way out.
      throw new HttpError(503, `Submission ${submissionId} is stored but not queued: ${errorText(error)}`, {
        submission_id: submissionId,
        retry: `POST /submissions/${submissionId}/publish`,
      });
    }
  };
  return [
    {
      method: 'GET',
      path: /^\/health$/,
      async handle() {
        await database.query({ text: 'select 1' });
        return { status: 200, body: { status: 'ok' } };
      },
    },
    {
      method: 'GET',
      path: /^\/problems$/,
      handle: async () => ({ status: 200, body: { problems: await listProblems(database) } }),
    },
    {
      method: 'GET',
      path: /^\/problems\/(\d+)$/,
      async handle(id) {
        const problem = await readProblem(database, id);
        if (!problem) throw new HttpError(404, 'Problem not found');
        return { status: 200, body: problem };
      },
    },
    {
      method: 'POST',
      path: /^\/problems$/,
      handle: async (_id, body) => ({
        status: 201,
        body: await createProblem(database, parse(problemBody, body)),
      }),
    },
    {
      method: 'POST',
      path: /^\/submissions$/,
      async handle(_id, body) {
        const submissionId = await createSubmission(database, parse(submissionBody, body));
        await publish(submissionId);
        return { status: 201, body: { submission_id: submissionId } };
      },
    },
    {
      method: 'POST',
      path: /^\/submissions\/(\d+)\/publish$/,
      async handle(id) {
        if (!(await submissionExists(database, id))) throw new HttpError(404, 'Submission not found');
        await publish(id);
        return { status: 202, body: { submission_id: id } };
      },
    },
    {
      method: 'GET',
      path: /^\/submissions\/(\d+)$/,
      async handle(id) {
        const submission = await readSubmission(database, id);
        if (!submission) throw new HttpError(404, 'Submission not found');
        return { status: 200, body: submission };
      },
    },
    {
      method: 'POST',
      path: /^\/internal\/submissions\/(\d+)\/result$/,
      async handle(id, body) {
        const result = parse(resultBody, body);
        const isStored = await storeVerdict(database, id, result);
        // Every delivery, also one that repeats another: who wants to know how often a verdict came, reads it here.
        const statuses = result.results.map((row) => row.status);
        log.info({ submissionId: id, verdict: result.overall_status, statuses, isStored }, 'result received');
        if (!isStored) throw new HttpError(404, 'Submission not found');
        return { status: 200, body: { msg: 'Result updated successfully' } };
      },
    },
  ];
}

/** What an error is answered with. Values that PostgreSQL refuses (a NUL byte, an unknown id) are a 400. */
export function answerFor(error: unknown): Answer {
  if (error instanceof HttpError) return error.answer;
  const state = sqlState(error);
  // 22: data exception, 23: constraint violation.
  if (state?.startsWith('22') || state?.startsWith('23')) {
    return { status: 400, body: { msg: `Cannot be stored: ${errorText(error)}` } };
  }
  return { status: 500, body: { msg: `Internal error: ${errorText(error)}` } };
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new HttpError(400, problems.join('; '));
}
