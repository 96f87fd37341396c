/** What the names of a Java program's file and of the class it starts with depend on. */
export interface JavaProgram {
  /** Its file, without the ending. */
  readonly fileName: string;
  /** What `java` is to start. */
  readonly mainClass: string;
}

export interface JavaType {
  readonly name: string;
  readonly isPublic: boolean;
  /** `launchable`: as `java` wants it. `declared`: some other static `void main`, of which `java` says what it lacks. */
  readonly main: 'launchable' | 'declared' | 'none';
}

/** Longest class name a file can be named after, in bytes: 255 less `.java`. */
const maxClassNameBytes = 250;

/**
 * The file is named after the public top-level type that has `main`, else after the one that is public, as the compiler
 * demands it; where none is public, after the first that has `main`, else `Main` (contract §7). Nested types name nothing.
 * The class that has `main` is started even where another one names the file.
 * Also `Main` where no file can have that name: the compiler then says so to the student.
 */
export function javaProgram(source: string): JavaProgram {
  const { types, hasNestedMain } = scan(source);
  const publicTypes = types.filter((type) => type.isPublic);
  const main = withMain(publicTypes) ?? withMain(types);
  const named = withMain(publicTypes) ?? publicTypes[0] ?? main ?? (hasNestedMain ? types[0] : undefined);
  const fileName = asFileName(named?.name);
  return { fileName, mainClass: main === undefined ? fileName : asFileName(main.name) };
}

/** Types at the top level, in order. Takes time in proportion to the source, whatever it holds. */
export function javaTopLevelTypes(source: string): readonly JavaType[] {
  return scan(source).types;
}

/** Whether a type, nested ones too, has a name that is not ASCII: so has its class file then. */
export function namesTypesBeyondAscii(source: string): boolean {
  if (!/[^\0-\x7f]|\\u/.test(source)) return false;
  let last = '';
  for (const token of tokens(source)) {
    if (typeKeywords.has(last) && /[^\0-\x7f]/.test(token)) return true;
    last = token;
  }
  return false;
}

function withMain(types: readonly JavaType[]): JavaType | undefined {
  return types.find(({ main }) => main === 'launchable') ?? types.find(({ main }) => main === 'declared');
}

function asFileName(name = 'Main'): string {
  return new TextEncoder().encode(name).length <= maxClassNameBytes ? name : 'Main';
}

interface Scan {
  readonly types: JavaType[];
  hasNestedMain: boolean;
}

/** Follows braces and brackets, so that a word counts only where a declaration can stand. */
function scan(source: string): Scan {
  const result: Scan = { types: [], hasNestedMain: false };
  let braces = 0;
  let brackets = 0;
  let member = new Member();
  /** The declaration whose body is open, and what it is. */
  let open: { readonly type: Mutable<JavaType>; readonly isInterface: boolean } | undefined;
  for (const token of tokens(source)) {
    if (token === '(') {
      if (brackets === 0) member.parametersBegin();
      brackets += 1;
    } else if (token === ')') {
      brackets = Math.max(0, brackets - 1);
      if (brackets === 0) {
        const main = member.mainFound(open?.isInterface ?? false);
        if (main !== 'none' && braces > 1) result.hasNestedMain = true;
        if (main !== 'none' && braces === 1 && open !== undefined && open.type.main !== 'launchable')
          open.type.main = main;
      }
    } else if (token === '{') {
      const declared = braces === 0 && brackets === 0 ? member.typeDeclared() : undefined;
      if (declared !== undefined) {
        const { name, isPublic, isInterface } = declared;
        open = { type: { name, isPublic, main: 'none' }, isInterface };
        result.types.push(open.type);
      }
      braces += 1;
      // Of an array in an annotation's arguments, only the brackets end.
      if (brackets === 0) member = new Member();
    } else if (token === '}') {
      braces = Math.max(0, braces - 1);
      if (braces === 0) open = undefined;
      if (brackets === 0) member = new Member();
    } else if (token === ';') {
      if (brackets === 0) member = new Member();
    } else {
      member.read(token, brackets > 0);
    }
  }
  return result;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const typeKeywords = new Set(['class', 'interface', 'enum', 'record']);

/** The declaration under way: what was read since the last brace or semicolon. */
class Member {
  #isPublic = false;
  #isStatic = false;
  #last = '';
  #lastButOne = '';
  #type: { readonly name: string; readonly isInterface: boolean } | undefined;
  #isMain = false;
  #parameters = { hasString: false, isArray: false };

  read(token: string, inBrackets: boolean): void {
    if (inBrackets) {
      if (token === 'String') this.#parameters.hasString = true;
      if (token === '[' || token === '...') this.#parameters.isArray = true;
      return;
    }
    if (token === 'public') this.#isPublic = true;
    if (token === 'static') this.#isStatic = true;
    if (this.#type === undefined && typeKeywords.has(this.#last) && isWord(token))
      this.#type = { name: token, isInterface: this.#last === 'interface' };
    this.#lastButOne = this.#last;
    this.#last = token;
  }

  parametersBegin(): void {
    this.#isMain = this.#last === 'main' && this.#lastButOne === 'void';
    this.#parameters = { hasString: false, isArray: false };
  }

  mainFound(inInterface: boolean): JavaType['main'] {
    if (!this.#isMain || !this.#isStatic) return 'none';
    this.#isMain = false;
    const { hasString, isArray } = this.#parameters;
    return (this.#isPublic || inInterface) && hasString && isArray ? 'launchable' : 'declared';
  }

  typeDeclared():
    | { readonly name: string; readonly isPublic: boolean; readonly isInterface: boolean }
    | undefined {
    return this.#type && { ...this.#type, isPublic: this.#isPublic };
  }
}

const wordStart = String.raw`[\p{L}\p{Nl}\p{Sc}\p{Pc}]`;
const wordPart = String.raw`[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}]`;
/** An expression that repeats without a bound overruns its stack on a word of a million letters. */
const wordChunk = 1000;

function isWord(token: string): boolean {
  return /^[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u.test(token);
}

/** More than javac takes in one file; what follows them names nothing. */
const maxTokens = 2_000_000;

/** Words and the marks that structure them; comments, strings, characters and numbers are left out. */
function* tokens(source: string): Generator<string> {
  const code = withoutIgnorables(withoutUnicodeEscapes(source));
  const pattern = new RegExp(
    String.raw`/[*/]|"""|["']|\.\.\.|[{}();@[]|${wordStart}${wordPart}{0,${wordChunk}}`,
    'gu',
  );
  let count = 0;
  for (let found = pattern.exec(code); found !== null && count < maxTokens; found = pattern.exec(code)) {
    const [token] = found;
    count += 1;
    if (/^[/"']/.test(token)) {
      pattern.lastIndex = endOf(token, code, pattern.lastIndex);
    } else {
      if (token.length > wordChunk) pattern.lastIndex = endOfWord(code, pattern.lastIndex);
      yield token;
    }
  }
}

/** What is cut off names no file: these are shorter. */
function endOfWord(code: string, from: number): number {
  const more = new RegExp(`${wordPart}{1,${wordChunk}}`, 'uy');
  let at = from;
  do {
    more.lastIndex = at;
    at += more.exec(code)?.[0].length ?? 0;
  } while (more.lastIndex > 0);
  return at;
}

/** `\u0070ublic` is `public` to the compiler, before anything else; a backslash that is itself escaped begins none. */
function withoutUnicodeEscapes(source: string): string {
  if (!source.includes('\\u')) return source;
  return source.replace(
    /(?<!\\)((?:\\\\){0,1000})\\u{1,1000}([0-9a-fA-F]{4})/g,
    (_whole, escaped: string, code: string) => escaped + String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** A name that was copied from a page may hold what nobody sees, such as a zero-width space: to the compiler it is not there. */
function withoutIgnorables(code: string): string {
  return code.replace(/\p{Cf}/gu, '');
}

/**
 * Where a comment or a literal ends. By hand: a regular expression looks from every unclosed beginning to the end,
 * which is quadratic time.
 * @param from the first position after the token that begins it.
 */
function endOf(token: string, code: string, from: number): number {
  if (token === '/*') {
    const at = code.indexOf('*/', from);
    return at < 0 ? code.length : at + 2;
  }
  for (let at = from; at < code.length; at += 1) {
    const character = code.charAt(at);
    if (token === '"""') {
      if (character === '\\') at += 1;
      else if (character === '"' && code.startsWith('"""', at)) return at + 3;
    } else if (character === '\n' || character === '\r') {
      return at;
    } else if (token !== '//') {
      if (character === '\\') at += 1;
      else if (character === token) return at + 1;
    }
  }
  return code.length;
}
