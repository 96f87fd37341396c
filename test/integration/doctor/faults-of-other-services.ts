import getPort from 'get-port';
import { expect } from 'vitest';
import { eventually } from '../eventually.js';
import { required } from '../grading/stack-fixture.js';
import { withPort } from './doctor-world.js';
import type { Fault } from './fault.js';

/** Of PostgreSQL, the backend and Temporal. */
export const otherServiceFaults: readonly Fault[] = [
  [
    'database',
    'a wrong port',
    async (world) => ({ DATABASE_URL: withPort(world.scratch.url, await getPort()) }),
    'failed',
    /^Failed to connect to database at postgresql:\/\/postgres:\*\*\*@.*ECONNREFUSED/,
    /^pg_isready/,
  ],
  [
    'database',
    'a wrong password',
    (world) => {
      const url = new URL(world.scratch.url);
      url.password = 'wrong';
      return { DATABASE_URL: url.href };
    },
    'failed',
    /^Failed to connect to database.*password authentication failed/,
    /psql/,
  ],
  [
    'database',
    'a database that does not exist',
    (world) => ({ DATABASE_URL: world.scratch.url.replace(world.scratch.name, 'no_such_database') }),
    'failed',
    /^Failed to connect to database.*"no_such_database" does not exist/,
    /psql/,
  ],
  [
    'database',
    'an encoding that cannot hold every output',
    (world) =>
      world.databaseAfter('select 1', "encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0"),
    'warning',
    /encoding is LATIN1: .*any other character is stored as a question mark/,
    /createdb --encoding=UTF8/,
  ],
  [
    'schema',
    'a database without the tables',
    () => ({ DATABASE_URL: required('GRADER_TEST_DATABASE_URL') }),
    'failed',
    /no table submissions/,
    /^psql/,
  ],
  [
    'schema',
    'a column that gradings need is missing',
    (world) => world.databaseAfter('alter table test_cases drop column points'),
    'failed',
    /no column test_cases\.points/,
    /\\d test_cases/,
  ],
  [
    'schema',
    'an older schema',
    (world) => world.databaseAfter('alter table problems drop column language_limits'),
    'warning',
    /no problems\.language_limits: every language has the limits of the problem/,
    /migrations/,
  ],
  [
    'rights',
    'a role that may only read',
    (world) => world.loginWith('select on all tables in schema public'),
    'warning',
    /may read, but not write: update submissions, insert submission_results.*the backend alone writes verdicts/,
    /grant update on submissions/,
  ],
  [
    'rights',
    'a role that may only read, where recording is demanded',
    async (world) => ({
      ...(await world.loginWith('select on all tables in schema public')),
      RECORD_RESULT: 'always',
    }),
    'failed',
    /RECORD_RESULT=always demands it/,
    /grant update on submissions/,
  ],
  [
    'rights',
    'a role that may read one table',
    (world) => world.loginWith('select on problems'),
    'failed',
    /may not read submissions, test_cases, submission_results/,
    /grant select on submissions/,
  ],
  [
    'rights',
    'a role from which a policy may hide tests',
    async (world) =>
      world.loginWith(
        'select, insert, update, delete on all tables in schema public',
        await world.databaseAfter('alter table test_cases enable row level security'),
      ),
    'warning',
    /row security of test_cases applies to role .*a problem has no tests/,
    /bypassrls/,
  ],
  [
    'result path',
    'a wrong path',
    () => ({ BACKEND_RESULT_PATH: '/api/internal/submissions/{submission_id}/result' }),
    'failed',
    /answered 404 to POST .*\/api\/internal.*not the backend's own answer/,
    /^curl -i -X POST/,
  ],
  [
    'result path',
    'a backend that is down',
    async () => ({ BACKEND_API_URL: `http://127.0.0.1:${await getPort()}` }),
    'failed',
    /The backend cannot be reached.*ECONNREFUSED/,
    /^curl -i http/,
  ],
  [
    'result path',
    'a server that takes anything',
    async (world) => ({ BACKEND_API_URL: await world.serve((_request, response) => response.end('{}')) }),
    'failed',
    /took a result of a submission that does not exist/,
    /^curl/,
  ],
  [
    'result path',
    'a backend in trouble',
    async (world) => ({
      BACKEND_API_URL: await world.serve((_request, response) => {
        response.writeHead(500);
        response.end('no database');
      }),
    }),
    'failed',
    /answered 500.*The backend or its database is in trouble/,
    /^curl/,
  ],
  [
    'Temporal server',
    'a wrong port',
    async () => ({ TEMPORAL_ADDRESS: `127.0.0.1:${await getPort()}` }),
    'failed',
    /^Failed to connect to Temporal at .*ECONNREFUSED/,
    /^temporal operator cluster health/,
  ],
  [
    'namespace',
    'a namespace that does not exist',
    () => ({ TEMPORAL_NAMESPACE: 'no-such-namespace' }),
    'failed',
    /there is no namespace no-such-namespace/,
    /^temporal operator namespace create .*no-such-namespace/,
  ],
  [
    'namespace',
    'histories that are kept for a day',
    (world) => world.namespaceKeptFor(1),
    'warning',
    /keeps histories for 1 day/,
    /namespace update .*--retention 7d/,
  ],
  [
    'search attributes',
    'a namespace without ours',
    (world) => world.namespaceKeptFor(7),
    'warning',
    /^(\d+) of \1 are missing.*SubmissionId/,
    /search-attribute create .*--name Score --type Int/,
  ],
  [
    'pollers: workflows',
    'no worker',
    (world) => world.namespaceKeptFor(7),
    'failed',
    /no worker polls grading for workflow tasks/,
    /grader worker/,
  ],
  [
    'pollers: containers',
    'a worker whose image is missing',
    async (world) => {
      const settings = await world.namespaceKeptFor(7);
      // It never gets ready.
      const worker = await world.stack.launch('worker', {
        ...settings,
        DOCKER_IMAGE: 'none',
        HOST_ID: 'imageless',
      });
      world.later(() => worker.stop());
      await eventually(async () => expect(await healthOf(worker.readyUrl)).toBe('no container yet'), {
        timeoutMs: 60_000,
      });
      return settings;
    },
    'warning',
    /nobody polls grading-sandbox/,
    /Failed to get container from pool/,
  ],
];

async function healthOf(url: string): Promise<string> {
  return ((await (await fetch(url)).json()) as { status: string }).status;
}
