/** JSON as somebody writes it: where it breaks, and on which line each part of it stands. */

export interface JsonError {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type JsonText =
  | {
      readonly isValid: true;
      readonly value: unknown;
      /** The line of each part, from 1, by its path as the API writes it: `where.data.level[0]`. */
      readonly lines: ReadonlyMap<string, number>;
    }
  | { readonly isValid: false; readonly error: JsonError };

/** Reads JSON (RFC 8259). The text of a browser's own error differs by browser, and names no line. */
export function readJson(text: string): JsonText {
  const reader = new Reader(text);
  try {
    const value = reader.whole();
    return { isValid: true, value, lines: reader.lines };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { isValid: false, error: placeOf(text, error.at, error.message) };
  }
}

/** A value as this page writes it. */
export const jsonText = (value: unknown): string => JSON.stringify(value, null, 2);

/** The line of a part, or of the nearest part around it. @param path as the API writes it */
export function lineOf(lines: ReadonlyMap<string, number>, path: string): number | undefined {
  for (let inner = path; inner !== ''; inner = outside(inner)) {
    const line = lines.get(inner);
    if (line !== undefined) return line;
  }
  return undefined;
}

const outside = (path: string): string =>
  path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0));

class Broken extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

function placeOf(text: string, at: number, message: string): JsonError {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1, message };
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const MOST_LEVELS = 500;

class Reader {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  #at = 0;
  #line = 1;
  #counted = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value('', 0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('expected nothing after the end');
    return value;
  }

  #value(path: string, level: number): unknown {
    if (level > MOST_LEVELS) this.#fail('nested too deeply');
    this.#space();
    if (!this.lines.has(path)) this.#note(path);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(path, level);
      case '[':
        return this.#array(path, level);
      case '"':
        return this.#string();
      default: {
        const scalar = this.#match(WORD) ?? this.#match(NUMBER);
        if (scalar === undefined) this.#fail('expected a value');
        return JSON.parse(scalar!);
      }
    }
  }

  #object(path: string, level: number): unknown {
    const members: [string, unknown][] = [];
    this.#at++;
    if (this.#take('}')) return {};
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail('expected a name in double quotes');
      const line = this.#lineNow();
      const name = this.#string();
      const inner = path === '' ? name : `${path}.${name}`;
      this.lines.set(inner, line);
      if (!this.#take(':')) this.#fail('expected a colon');
      members.push([name, this.#value(inner, level + 1)]);
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('expected a comma or }');
    return Object.fromEntries(members);
  }

  #array(path: string, level: number): unknown {
    const items: unknown[] = [];
    this.#at++;
    if (this.#take(']')) return items;
    do items.push(this.#value(`${path}[${items.length}]`, level + 1));
    while (this.#take(','));
    if (!this.#take(']')) this.#fail('expected a comma or ]');
    return items;
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined || next === '\n') this.#fail('expected the text to end with "');
      if (next === '"') break;
      if (next === '\\') {
        if (this.#match(ESCAPE) === undefined) this.#fail('expected an escape such as \\n, \\" or \\u00e4');
      } else if (next! < ' ') {
        this.#fail('expected no control character in a text');
      } else {
        this.#at++;
      }
    }
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #take(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #note(path: string): void {
    this.lines.set(path, this.#lineNow());
  }

  #lineNow(): number {
    for (; this.#counted < this.#at; this.#counted++) if (this.#text[this.#counted] === '\n') this.#line++;
    return this.#line;
  }

  #fail(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 12).split('\n')[0]!;
    const got = this.#at >= this.#text.length ? 'the end' : rest === '' ? 'the end of the line' : rest;
    throw new Broken(this.#at, `${expected}, got ${got}`);
  }
}
