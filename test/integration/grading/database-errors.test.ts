import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { passingSqlStates } from '../../passing-sql-states.js';
import { eventually } from '../eventually.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, until, untilGraded } from './stack-fixture.js';

/** Takes every result in the contract's words and writes nothing. */
const backend = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { overall_status } = JSON.parse(Buffer.concat(chunks).toString()) as { overall_status: string };
    told.set(Number(/\d+/.exec(request.url ?? '')?.[0]), overall_status);
    response.writeHead(200).end('{"msg": "Result updated successfully"}');
  });
});
const told = new Map<number, string>();
let stack: TestStack;
let database: pg.Client;

beforeAll(async () => {
  stack = await createTestStack();
  await stack.start('backend');
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const { port } = backend.address() as AddressInfo;
  // Else a refusal of rights is no error but left to the backend.
  await stack.start('worker', { BACKEND_API_URL: `http://127.0.0.1:${port}`, RECORD_RESULT: 'always' });
  await stack.start('bridge');
  database = new pg.Client({ connectionString: stack.places.databaseUrl });
  await database.connect();
});

afterAll(async () => {
  backend.closeAllConnections();
  backend.close();
  await database?.end();
  await stack?.stop();
});

it('a database error of any class delays the record and nothing else: the backend is told, operators see it, and the right verdict lands by itself', async () => {
  await database.query(`create table fault (submission_id int, code text);
    create function refuse() returns trigger language plpgsql as $$
      declare found text := (select code from fault where submission_id = new.submission_id);
      begin
        if found is null then return new; end if;
        raise exception 'refused for the test' using errcode = found;
      end $$;
    create trigger refuse before insert on submission_results for each row execute function refuse()`);
  const problem_id = await stack.backend.createProblem({
    title: 'Echo',
    test_cases: [{ input_data: 'a\n', expected_output: 'a\n' }],
  });
  // The ids are known beforehand, as the trigger has to be there first.
  await database.query(
    `insert into fault select place, code from unnest($1::text[]) with ordinality as f(code, place)`,
    [passingSqlStates],
  );
  const ids: number[] = [];
  for (const code of [...passingSqlStates, 'none']) {
    ids.push(
      await stack.backend.submit({
        problem_id,
        language: 'python',
        source_code: `print(input())  # ${code}`,
      }),
    );
  }
  expect(ids).toEqual([...passingSqlStates, 'none'].map((_code, index) => index + 1));

  const [good = 0] = ids.slice(-1);
  expect((await untilGraded(stack, good)).status).toBe('Accepted');
  await until('the backend is told of each', () => ids.every((id) => told.get(id) === 'Accepted'));
  for (const id of ids.slice(0, -1)) expect((await stack.backend.read(id)).status).toBe('Pending');

  await eventually(async () => {
    const { errors } = JSON.parse(await grader('errors', '--json')) as { errors: object[] };
    for (const id of ids.slice(0, -1)) {
      expect(errors).toContainEqual(
        expect.objectContaining({
          submissionId: id,
          step: 'record',
          cause: expect.stringMatching(
            /attempt \d+ follows: The result of submission \d+ could not be written/,
          ),
          retried: true,
          now: 'Pending',
        }),
      );
    }
  });
  expect(await grader('errors')).toContain('All of these are tried again by themselves.');
  expect(await grader('status')).toMatch(/could not be written to the database/);

  await database.query('drop trigger refuse on submission_results');
  for (const id of ids) expect((await untilGraded(stack, id)).status).toBe('Accepted');
  await until('no error is left', async () => (await grader('errors')).startsWith('No error since'));
}, 400_000);

async function grader(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runGrader(words, stack.environment);
  if (status !== 0) throw new Error(`grader ${words.join(' ')}: ${stderr}`);
  return stdout;
}
