import type { GradingResult } from '../../domain/judging/submission.js';
import { replaceUnstorable } from '../backend/unstorable-characters.js';
import { withDeadline } from '../deadline.js';
import type { Database } from './database.js';
import { sqlState } from './schema-columns.js';

/** Results as the database can hold them. */
export interface StorableCharacters {
  /** @throws what the database throws when it cannot be asked */
  asStored(result: GradingResult): Promise<GradingResult>;
  /**
   * For a step that needs no database, and waits for it a second at most: characters that it was not asked about stay. The
   * answer counts for the next attempt.
   */
  asStoredIfKnown(result: GradingResult): Promise<GradingResult>;
}

/**
 * A platform's database need not be in UTF8. A character its encoding lacks, such as most of what a program may print in a
 * LATIN1 one, would keep the whole verdict from being stored, by us and by the backend. It becomes a question mark, as
 * such an encoding has no U+FFFD. Which these are only the server can tell, whose tables differ from any other program's: it
 * is asked about each character once.
 */
export function createStorableCharacters(database: Database): StorableCharacters {
  const answers = new Uint8Array(0x11_0000);
  let reading: Promise<boolean> | undefined;
  const holdsAll = (): Promise<boolean> => {
    reading ??= readHoldsAll(database).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
  const ask = async (result: GradingResult): Promise<void> => {
    if (await holdsAll()) return;
    const unknown = charactersOf(result).filter((character) => answers[codePoint(character)] === 0);
    for (let from = 0; from < unknown.length; from += atOnce) {
      const asked = unknown.slice(from, from + atOnce);
      const held = await heldOf(database, asked);
      for (const character of asked) answers[codePoint(character)] = held.has(character) ? isHeld : isLacked;
    }
  };
  const replaced = (text: string) =>
    text.replace(beyondAscii, (character) => (answers[codePoint(character)] === isLacked ? '?' : character));
  return {
    async asStored(result) {
      const clean = withTexts(result, replaceUnstorable);
      await ask(clean);
      return withTexts(clean, replaced);
    },
    async asStoredIfKnown(result) {
      const clean = withTexts(result, replaceUnstorable);
      await withDeadline('characters of the database', 1_000, ask(clean)).catch(() => undefined);
      return withTexts(clean, replaced);
    },
  };
}

const isHeld = 1;
const isLacked = 2;
const beyondAscii = /[^\0-\x7f]/gu;

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function withTexts(result: GradingResult, change: (text: string) => string): GradingResult {
  const changed = (text: string | null) => (text === null ? null : change(text));
  const results = result.results.map((test) => ({
    ...test,
    outputReceived: changed(test.outputReceived),
    errorMessage: changed(test.errorMessage),
  }));
  return { ...result, results };
}

function charactersOf({ results }: GradingResult): string[] {
  const texts = results.flatMap(({ outputReceived, errorMessage }) => [outputReceived, errorMessage]);
  return [...new Set(texts.flatMap((text) => text?.match(beyondAscii) ?? []))];
}

/** SQL_ASCII looks at no character. */
async function readHoldsAll(database: Database): Promise<boolean> {
  const [row] = await database.query<{ encoding: string }>({
    text: `select current_setting('server_encoding') as encoding`,
  });
  return row === undefined || ['UTF8', 'SQL_ASCII'].includes(row.encoding);
}

/** Of one statement, which has a time limit. */
const atOnce = 10_000;

/** Needs no right to write, and no session of its own. */
async function heldOf(database: Database, characters: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = characters.map((character) => Buffer.from(character).toString('hex'));
  try {
    const [row] = await database.transaction(async (query) => {
      await query({ text: `select set_config('grader.asked', $1, true)`, values: [asked.join()] });
      await query({ text: tryEach });
      return query<{ held: string }>({ text: `select current_setting('grader.held') as held` });
    });
    return new Set(row?.held.split(',').map((bytes) => Buffer.from(bytes, 'hex').toString()));
  } catch (error) {
    if (languageIsMissing.has(sqlState(error) ?? '')) return new Set();
    throw error;
  }
}

/**
 * Only a block with an exception handler goes on after a character that is refused. There and back: some encodings take what
 * they cannot give back, or give another.
 */
const tryEach = `do $$
  declare
    bytes text;
    held text[] := '{}';
  begin
    foreach bytes in array string_to_array(current_setting('grader.asked'), ',') loop
      begin
        if convert_to(convert_from(decode(bytes, 'hex'), 'UTF8'), 'UTF8') = decode(bytes, 'hex') then
          held := held || bytes;
        end if;
      exception when untranslatable_character or character_not_in_repertoire then
        null;
      end;
    end loop;
    perform set_config('grader.held', array_to_string(held, ','), true);
  end $$ language plpgsql`;

/** PL/pgSQL was dropped, or its use revoked. */
const languageIsMissing: ReadonlySet<string> = new Set(['42704', '42501']);
