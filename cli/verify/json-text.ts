/**
 * JSON as it was written, and as other programs write the same: with other spaces, escapes, numbers and order. What signs is
 * the text, so a body that was parsed and written anew no longer fits its signature.
 */

/** What can differ between two texts of the same JSON. */
export type Aspect = 'spaces' | 'escapes' | 'numbers' | 'order of keys';

type Tokens = readonly string[];

const TOKEN = /[ \t\r\n]+|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/gy;
const isSpace = (token: string): boolean => token.trim() === '';
const isString = (token: string): boolean => token.startsWith('"');
const isNumber = (token: string): boolean => /^[-\d]/.test(token);

/** The tokens, spaces included, or undefined where it is not JSON. */
export function tokensOf(text: string): string[] | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return text.match(TOKEN) ?? undefined;
}

/** How a program puts spaces into JSON. */
interface Spaces {
  readonly indent?: string;
  readonly afterColon: '' | ' ';
  readonly afterComma: '' | ' ';
}

const SPACES: readonly Spaces[] = [
  // JSON.stringify, Go, Java
  { afterColon: '', afterComma: '' },
  // Python's json.dumps
  { afterColon: ' ', afterComma: ' ' },
  { afterColon: ' ', afterComma: '' },
  { indent: '  ', afterColon: ' ', afterComma: '' },
  { indent: '    ', afterColon: ' ', afterComma: '' },
  { indent: '\t', afterColon: ' ', afterComma: '' },
];

/** @param tokens without spaces */
function written(tokens: Tokens, { indent, afterColon, afterComma }: Spaces): string {
  let depth = 0;
  let text = '';
  const line = (): string => (indent === undefined ? '' : `\n${indent.repeat(depth)}`);
  tokens.forEach((token, at) => {
    const isEmpty = (token === '{' && tokens[at + 1] === '}') || (token === '[' && tokens[at + 1] === ']');
    if (token === '}' || token === ']') {
      const wasEmpty = tokens[at - 1] === '{' || tokens[at - 1] === '[';
      depth -= 1;
      text += wasEmpty ? token : line() + token;
    } else if (token === '{' || token === '[') {
      depth += 1;
      text += isEmpty ? token : token + line();
    } else if (token === ',') text += token + (indent === undefined ? afterComma : line());
    else text += token === ':' ? token + afterColon : token;
  });
  return text;
}

const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const toAscii = (text: string): string => text.replace(/[\u007f-\uffff]/g, hex);
/** One escape as a whole, so that the second of two backslashes begins none. */
const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|.)/g;
const inCapitals = (text: string): string =>
  text.replace(ESCAPE, (code) => (code.length === 6 ? `\\u${code.slice(2).toUpperCase()}` : code));
const withSlashes = (text: string): string => text.replaceAll('/', '\\/');

/** How programs write texts, from what JSON.stringify writes. */
const ESCAPES: readonly ((text: string) => string)[] = [
  (text) => text,
  // Python
  toAscii,
  // PHP
  (text) => withSlashes(toAscii(text)),
  withSlashes,
  // Go
  (text) => text.replace(/[<>&\u2028\u2029]/g, hex),
  // .NET: JavaScriptEncoder.Default
  (text) =>
    `"${inCapitals(toAscii(text.slice(1, -1)))
      .replace(ESCAPE, (code) => (code === '\\"' ? '\\u0022' : code))
      .replace(/[<>&'+`]/g, (character) =>
        hex(character).replace(/[a-f]/g, (digit) => digit.toUpperCase()),
      )}"`,
  (text) => inCapitals(toAscii(text)),
];

const stringsAs = (tokens: Tokens, write: (text: string) => string): string[] =>
  tokens.map((token) => (isString(token) ? write(JSON.stringify(JSON.parse(token))) : token));

/** A number as others write it. Undefined for one that has no such form. */
const NUMBERS: readonly ((token: string) => string)[] = [
  // JavaScript
  (token) => String(Number(token)),
  // Python and Java write whole floating numbers so
  (token) => (/^-?\d+$/.test(token) ? `${token}.0` : token),
  // Amounts
  (token) => (/^-?\d+\.\d$/.test(token) ? `${token}0` : token),
  (token) => (/^-?\d+$/.test(token) ? `${token}.00` : /^-?\d+\.\d$/.test(token) ? `${token}0` : token),
];

/** Numbers that are tried alone, each in each form, where the text has no more tokens than this: else it takes long. */
const MAX_NUMBERS = 40;
const MAX_TOKENS_FOR_NUMBERS = 3000;
/** A longer text is not written anew. */
const MAX_TOKENS = 300_000;

/** All numbers in each form, then one of them. */
function* numbersOf(tokens: Tokens): Generator<string[]> {
  for (const write of NUMBERS) yield tokens.map((token) => (isNumber(token) ? write(token) : token));
  const places = tokens.flatMap((token, at) => (isNumber(token) ? [at] : [])).slice(0, MAX_NUMBERS);
  if (places.length < 2 || tokens.length > MAX_TOKENS_FOR_NUMBERS) return;
  for (const place of places) {
    for (const write of NUMBERS) yield tokens.map((token, at) => (at === place ? write(token) : token));
  }
}

/** @param tokens without spaces @returns the same with the members of each object by their keys */
function sortedKeys(tokens: Tokens): string[] {
  let at = 0;
  const value = (): string[] => {
    const token = tokens[at++]!;
    if (token !== '{' && token !== '[') return [token];
    const close = token === '{' ? '}' : ']';
    const members: string[][] = [];
    while (tokens[at] !== close) {
      members.push(token === '{' ? [tokens[at++]!, tokens[at++]!, ...value()] : value());
      if (tokens[at] === ',') at++;
    }
    at++;
    if (token === '{') members.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
    return [token, ...members.flatMap((member, i) => (i === 0 ? member : [',', ...member])), close];
  };
  return value();
}

/** A text of the same JSON. */
export interface Variant {
  readonly text: string;
  /** What it differs in. */
  readonly aspects: readonly Aspect[];
}

interface Step {
  readonly tokens: Tokens;
  readonly aspects: readonly Aspect[];
}

/** Deeper JSON would not fit on the stack. */
const MAX_DEPTH = 500;

const depthOf = (tokens: Tokens): number => {
  let depth = 0;
  let deepest = 0;
  for (const token of tokens) {
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
    else if (token === '}' || token === ']') depth--;
  }
  return deepest;
};

function* distinct(steps: Iterable<Step>): Generator<Step> {
  const seen = new Set<string>();
  for (const step of steps) {
    const text = step.tokens.join('\u0000');
    if (!seen.has(text)) {
      seen.add(text);
      yield step;
    }
  }
}

/** The same JSON as other programs would have written it, those with the fewest differences first. */
export function* variantsOf(text: string): Generator<Variant> {
  const tokens = tokensOf(text);
  if (!tokens || tokens.length > MAX_TOKENS || depthOf(tokens) > MAX_DEPTH) return;
  const escapes = [...distinct(escapesOf({ tokens, aspects: [] }))];
  const numbers = [...distinct(escapes.flatMap((step) => [...numbersIn(step)]))];
  // Few differences first: one reason is likelier than three.
  const ordered = numbers.sort((a, b) => a.aspects.length - b.aspects.length);
  const seen = new Set([text]);
  const fresh = (variant: Variant): boolean =>
    !seen.has(variant.text) && seen.add(variant.text) !== undefined;
  for (const step of ordered) {
    for (const variant of inSpaces(step, false)) if (fresh(variant)) yield variant;
  }
  for (const step of ordered) {
    const bare = step.tokens.filter((token) => !isSpace(token));
    const sorted: Step = { tokens: sortedKeys(bare), aspects: [...step.aspects, 'order of keys'] };
    for (const variant of inSpaces(sorted, true)) if (fresh(variant)) yield variant;
  }
}

function* escapesOf(step: Step): Generator<Step> {
  yield step;
  for (const write of ESCAPES)
    yield { tokens: stringsAs(step.tokens, write), aspects: [...step.aspects, 'escapes'] };
}

function* numbersIn(step: Step): Generator<Step> {
  yield step;
  for (const tokens of numbersOf(step.tokens)) yield { tokens, aspects: [...step.aspects, 'numbers'] };
}

function* inSpaces({ tokens, aspects }: Step, isBare: boolean): Generator<Variant> {
  if (!isBare) yield { text: tokens.join(''), aspects };
  const bare = tokens.filter((token) => !isSpace(token));
  for (const spaces of SPACES) yield { text: written(bare, spaces), aspects: ['spaces', ...aspects] };
}

/** In what two texts of the same JSON differ, or undefined where they are not of the same. */
export function aspectsBetween(one: string, other: string): Aspect[] | undefined {
  const [a, b] = [one, other].map((text) => tokensOf(text)?.filter((token) => !isSpace(token)));
  if (!a || !b || depthOf(a) > MAX_DEPTH || depthOf(b) > MAX_DEPTH) return undefined;
  const plain = (tokens: Tokens): string[] =>
    stringsAs(tokens, (text) => text).map((token) => (isNumber(token) ? String(Number(token)) : token));
  const [plainA, plainB] = [plain(a), plain(b)];
  const isOrdered = plainA.join() === plainB.join();
  if (!isOrdered && sortedKeys(plainA).join() !== sortedKeys(plainB).join()) return undefined;
  const [sortedA, sortedB] = isOrdered ? [a, b] : [sortedKeys(a), sortedKeys(b)];
  const differs = (kind: (token: string) => boolean): boolean =>
    sortedA.filter(kind).join() !== sortedB.filter(kind).join();
  const aspects: Aspect[] = [];
  if (differs(isString)) aspects.push('escapes');
  if (differs(isNumber)) aspects.push('numbers');
  if (!isOrdered) aspects.push('order of keys');
  if (aspects.length === 0 || (isOrdered && spacesOf(one) !== spacesOf(other))) aspects.unshift('spaces');
  return aspects;
}

const spacesOf = (text: string): string =>
  (tokensOf(text) ?? []).map((token) => (isSpace(token) ? token : '·')).join('');

/** Whether a number in it has more digits than JavaScript keeps: a program that parsed it may have lost some. */
export const hasLargeNumbers = (text: string): boolean =>
  (tokensOf(text) ?? []).some((token) => /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)));

/** Of an array of objects, the text of each member of each, as it was written. Undefined for any other text. */
export function memberTexts(text: string): Readonly<Record<string, string>>[] | undefined {
  const tokens = tokensOf(text);
  if (tokens?.find((token) => !isSpace(token)) !== '[') return undefined;
  const objects: Record<string, string>[] = [];
  let depth = 0;
  let name: string | undefined;
  let value = '';
  const end = (): void => {
    if (name !== undefined) objects.at(-1)![name] = value.trim();
    name = undefined;
    value = '';
  };
  for (const token of tokens) {
    const opens = token === '{' || token === '[';
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    if (depth === 1 && token === '{') objects.push(Object.create(null) as Record<string, string>);
    else if (depth === 1 && token === '}') end();
    else if (depth === 2 && token === ',') end();
    else if (depth === 2 && name === undefined && isString(token)) name = JSON.parse(token) as string;
    else if (depth === 2 && token === ':' && value === '') value = ' ';
    else if (depth >= 2) value += token;
    if (opens) depth += 1;
  }
  return objects;
}
