/** JSON from outside, which may be anything. */

export type JsonObject = { readonly [name: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type Parsed = { ok: true; value: unknown } | { ok: false; message: string };

/** Parses a text. The message says where it is not JSON and quotes nothing: what is sent may hold secrets. */
export function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const lines = text.slice(0, breakOf(text)).split('\n');
    const column = lines.at(-1)!.length + 1;
    return { ok: false, message: `expected JSON: malformed at line ${lines.length}, column ${column}` };
  }
}

const SPACE = /[\t\n\r ]*/y;
/** Everything from the space on stands for itself, but `"` and the backslash. */
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** What may come next: a value; a member's name; or what follows a value. An empty list or object may end at once. */
type Expected = 'value' | 'name' | 'after';

/** Where a text that is not JSON stops being it: its end, or the start of the token that has no place there. */
function breakOf(text: string): number {
  const open: ('}' | ']')[] = [];
  let expected: Expected = 'value';
  let canEnd = false;
  let at = 0;

  /** Goes past what the pattern matches here, if it does. */
  const pass = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const passText = (token: string | undefined): boolean => {
    if (token === undefined || !text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };
  const passName = (): boolean => pass(STRING) && pass(SPACE) && passText(':');
  const begin = (close: '}' | ']', next: Expected): Expected => {
    open.push(close);
    canEnd = true;
    return next;
  };
  const step = (): Expected | undefined => {
    const mayEnd = canEnd || expected === 'after';
    canEnd = false;
    if (mayEnd && passText(open.at(-1))) {
      open.pop();
      return 'after';
    }
    if (expected === 'after') {
      if (open.length === 0 || !passText(',')) return undefined;
      return open.at(-1) === '}' ? 'name' : 'value';
    }
    if (expected === 'name') return passName() ? 'value' : undefined;
    if (passText('{')) return begin('}', 'name');
    if (passText('[')) return begin(']', 'value');
    return pass(STRING) || pass(SCALAR) ? 'after' : undefined;
  };

  for (;;) {
    pass(SPACE);
    const next = step();
    if (!next) return at;
    expected = next;
  }
}

/** Deep enough for any data that people or programs think up; JSON.stringify and the like end at some 4,000 levels. */
export const MAX_LEVELS = 100;

/** Whether a parsed value has lists and objects in each other more than so many levels deep. Bears any depth. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const containers = level.filter((each) => typeof each === 'object' && each !== null);
    if (containers.length > 0 && depth === levels) return true;
    level = containers.flatMap((each) => Object.values(each as object));
  }
  return false;
}

/** Whether an object anywhere in a parsed value has a member of this name. */
export function hasMember(name: string, value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (Object.hasOwn(one, name)) return true;
    for (const inner of Object.values(one)) open.push(inner);
  }
  return false;
}
