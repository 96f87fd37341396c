import type { Database } from './database.js';

/** A text as the database can hold it. */
export type AsStored = (text: string) => string;

/** What the encoding of the database holds of a text. */
export interface StorableCharacters {
  /** Asks the server once. */
  read(): Promise<AsStored>;
  /** As far as it is known, for a step that needs no database: unchanged where the server has not been asked yet. */
  known(): AsStored;
}

/**
 * A platform's database need not be in UTF8. A character its encoding lacks, such as most of what a program may print in a
 * LATIN1 one, would keep the whole verdict from being stored, by us and by the backend. It becomes a question mark, as
 * such an encoding has no U+FFFD.
 */
export function createStorableCharacters(database: Database): StorableCharacters {
  let reading: Promise<AsStored> | undefined;
  let known: AsStored | undefined;
  const read = (): Promise<AsStored> => {
    reading ??= ask(database).then(
      (asStored) => {
        known = asStored;
        return asStored;
      },
      (error: unknown) => {
        reading = undefined;
        throw error;
      },
    );
    return reading;
  };
  return {
    read,
    known() {
      // For the next attempt.
      if (known === undefined) void read().catch(() => undefined);
      return known ?? unchanged;
    },
  };
}

async function ask(database: Database): Promise<AsStored> {
  const [row] = await database.query<{ encoding: string }>({
    text: `select current_setting('server_encoding') as encoding`,
  });
  return asStoredIn(row?.encoding ?? 'UTF8');
}

/** @param encoding as PostgreSQL names it. */
export function asStoredIn(encoding: string): AsStored {
  // SQL_ASCII looks at no character.
  if (encoding === 'UTF8' || encoding === 'SQL_ASCII') return unchanged;
  const held = heldBy(encoding);
  return (text) => text.replace(beyondAscii, (character) => (held.has(character) ? character : '?'));
}

const unchanged: AsStored = (text) => text;
const beyondAscii = /[^\0-\x7f]/gu;

/** Beyond ASCII. Nothing of an encoding of several bytes a character: its tables differ from one program to the other. */
function heldBy(encoding: string): ReadonlySet<string> {
  const latin1 = (from: number) => bytesFrom(from).map((byte) => String.fromCodePoint(byte));
  if (encoding === 'LATIN1') return new Set(latin1(0x80));
  // Node.js takes it for LATIN1.
  if (encoding === 'WIN1252') return new Set([...latin1(0xa0), ...Array.from('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ')]);
  const label = labels[encoding];
  if (label === undefined) return new Set();
  const decoder = new TextDecoder(label);
  const characters = bytesFrom(label.startsWith('iso') ? 0xa0 : 0x80).map((byte) =>
    decoder.decode(Uint8Array.of(byte)),
  );
  return new Set(characters.filter((character) => !notInPostgres.test(character)));
}

/** No character; control characters; and the one of WIN1253 that PostgreSQL's table lacks. */
const notInPostgres = /\uFFFD|\p{Control}|ª/u;

function bytesFrom(first: number): number[] {
  return Array.from({ length: 256 - first }, (_, index) => first + index);
}

/** More encodings of one byte a character, by PostgreSQL's names; the names of the Encoding Standard. */
const labels: Readonly<Record<string, string>> = {
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN5: 'iso-8859-9',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
  ISO_8859_5: 'iso-8859-5',
  ISO_8859_6: 'iso-8859-6',
  ISO_8859_7: 'iso-8859-7',
  ISO_8859_8: 'iso-8859-8',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1256: 'windows-1256',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
  WIN866: 'ibm866',
  WIN874: 'windows-874',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
};
