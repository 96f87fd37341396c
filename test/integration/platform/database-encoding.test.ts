import { describe, expect, test } from 'vitest';
import type { GradingResult } from '../../../domain/judging/submission.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createStorableCharacters } from '../../../platform/postgres/storable-characters.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { problemBody, submissionBody } from '../../../reference-backend/bodies.js';
import { createProblem, createSubmission, readSubmission } from '../../../reference-backend/queries.js';
import { createTestDatabase } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });

async function withDatabase(
  encoding: string,
  work: (database: Database, url: string) => Promise<void>,
): Promise<void> {
  const made = await createTestDatabase(
    `encoding '${encoding}' lc_collate 'C' lc_ctype 'C' template template0`,
  );
  const database = createDatabase({ url: new Secret(made.url), applicationName: 'encoding', log });
  try {
    await work(database, made.url);
  } finally {
    await database.close();
    await made.drop();
  }
}

/** Every character below U+3000 but NUL and half surrogates, and one that takes two of JavaScript's. */
const many = `${Array.from({ length: 0x2fff }, (_, index) => String.fromCodePoint(index + 1)).join('')}漢😀`;
function printed(outputReceived: string, testCaseId = 1): GradingResult {
  const test = { testCaseId, executionTimeMs: 2, memoryUsedKb: 3_404, outputReceived, errorMessage: null };
  return { overallStatus: 'Wrong Answer', results: [{ ...test, status: 'Wrong Answer' }] };
}

const latin2 = 'Příliš žluťoučký kůň';
const encodings: readonly [encoding: string, held: string][] = [
  ['LATIN1', 'déjà vu'],
  ['LATIN2', latin2],
  ['LATIN5', 'İstanbul'],
  ['LATIN9', '5 €'],
  ['ISO_8859_5', 'привет'],
  ['ISO_8859_7', 'γειά'],
  ['WIN1250', latin2],
  ['WIN1251', 'привет'],
  ['WIN1252', '“5 €”'],
  ['WIN1253', 'γειά'],
  ['WIN1254', 'İstanbul'],
  ['WIN1255', 'שלום'],
  ['WIN1256', 'سلام'],
  ['WIN1257', 'labdienā'],
  ['WIN1258', 'đ'],
  ['WIN866', 'привет'],
  ['WIN874', 'สวัสดี'],
  ['KOI8R', 'привет'],
  ['KOI8U', 'їжак'],
  ['EUC_JP', 'こんにちは、世界 漢 привет'],
  ['EUC_JIS_2004', 'こんにちは、世界 漢'],
  ['EUC_KR', '안녕하세요'],
  ['EUC_CN', '你好，世界 漢'.replace('漢', '汉')],
  ['EUC_TW', '你好，世界 漢'],
  ['LATIN3', 'ĉiuĵaŭde'],
  ['LATIN4', 'ķēniņš'],
  ['LATIN6', 'Īslande'],
  ['LATIN7', 'labdienā'],
  ['LATIN8', 'ŵythnos'],
  ['LATIN10', 'știință'],
  ['ISO_8859_6', 'سلام'],
  ['ISO_8859_8', 'שלום'],
  ['SQL_ASCII', 'привет 漢😀'],
];

describe('a database that holds few characters', () => {
  test.each(encodings)(
    '%s takes every text as it is stored, and keeps what it can',
    async (encoding, held) => {
      await withDatabase(encoding, async (database) => {
        const characters = createStorableCharacters(database);
        expect(await characters.asStored(printed(held))).toEqual(printed(held));
        await database.query({ text: 'create table texts (text text)' });
        const text = (await characters.asStored(printed(many))).results[0]?.outputReceived;
        expect(await characters.asStoredIfKnown(printed(many))).toEqual(printed(text ?? ''));
        await database.query({ text: 'insert into texts values ($1)', values: [text] });
        const rows = await database.query<{ text: string }>({ text: 'select text from texts' });
        expect(rows).toEqual([{ text }]);
      });
    },
  );

  test('gets the verdict of a program that prints others, with question marks for these', async () => {
    await withDatabase('LATIN1', async (database, url) => {
      await applySchema(url);
      const { problem_id, test_case_ids } = await createProblem(
        database,
        problemBody.parse({ title: 'Sum', test_cases: [{ input_data: '1', expected_output: 'x' }] }),
      );
      const body = submissionBody.parse({ problem_id, source_code: 'x', language: 'python' });
      const submissionId = await createSubmission(database, body);
      const store = createSubmissionStore(database, { recordResult: 'always' });
      const result = printed('déjà 5 € 😀 \0', test_case_ids[0]);
      expect(await store.recordResult(submissionId, result)).toBe('recorded');
      const stored = 'déjà 5 ? ? ?';
      expect(await readSubmission(database, submissionId)).toMatchObject({
        status: 'Wrong Answer',
        results: [{ output_received: stored }],
      });
      expect(await store.asStored(result)).toEqual(printed(stored, test_case_ids[0]));
      const other = createSubmissionStore(database, { recordResult: 'never' });
      expect(await other.asStored(result)).toEqual(printed(stored, test_case_ids[0]));
    });
  });

  test('has ASCII left where PL/pgSQL was dropped', async () => {
    await withDatabase('LATIN1', async (database) => {
      await database.query({ text: 'drop extension plpgsql' });
      const stored = await createStorableCharacters(database).asStored(printed('déjà 5 €'));
      expect(stored).toEqual(printed('d?j? 5 ?'));
    });
  });
});
