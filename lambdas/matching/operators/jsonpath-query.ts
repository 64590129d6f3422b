import { JSONPathEnvironment, JSONPathError, type JSONPathQuery, jsonpath } from 'json-p3';
import { FIELDS } from '../language/envelope.ts';
import { shortened } from '../language/shortened.ts';

/** Reads JSONPath queries (RFC 9535), and corrects where the library deviates from the RFC. */

const MAX_LENGTH = 1024;
/** Each one is compiled when the query is written. */
const MAX_PATTERNS = 8;
const environment = new JSONPathEnvironment();
const { selectors } = jsonpath;

/** Says what is wrong with a query. */
export class QueryError extends Error {}

/** @throws QueryError */
export function readQuery(query: string): JSONPathQuery {
  if (query.length === 0 || query.length > MAX_LENGTH)
    throw new QueryError(`expected 1 to ${MAX_LENGTH} characters`);
  if (!query.isWellFormed()) throw new QueryError('expected whole Unicode characters');
  if (!query.startsWith('$')) throw new QueryError('expected a query that begins with $');
  const bare = query.replace(TOKENS, (token) => (isString(token) ? '""' : token));
  for (const [pattern, problem] of NEVER) if (pattern.test(bare)) throw refused(problem);
  if ((bare.match(/\b(?:match|search)\(/g)?.length ?? 0) > MAX_PATTERNS) {
    throw new QueryError(`expected at most ${MAX_PATTERNS} calls of match() and search()`);
  }
  try {
    const read = environment.compile(query.replace(TOKENS, numberForLibrary));
    refuseUnknownField(read);
    return read;
  } catch (error) {
    if (error instanceof JSONPathError) throw refused(inWords(error) + hintFor(bare));
    if (error instanceof RangeError) throw new QueryError('expected less nesting');
    throw error;
  }
}

/** The class itself is not exported. */
export const isDescendant = (segment: JSONPathQuery['segments'][number]): boolean =>
  segment.toString().startsWith('..');

/** A payload's field is never at the root, where the event's own fields are. */
function refuseUnknownField({ segments: [first] }: JSONPathQuery): void {
  const [selector] = first?.selectors ?? [];
  if (!first || isDescendant(first) || !(selector instanceof selectors.NameSelector)) return;
  if (FIELDS.some((field) => field === selector.name)) return;
  const fields = FIELDS.map((field) => `$.${field}`).join(', ');
  throw new QueryError(
    `expected a query of ${fields}; the payload is $.data, got $.${shortened(selector.name)}`,
  );
}

/** A query such as $.data.amount > 5 is meant as a filter. @param bare the query without its strings */
const hintFor = (bare: string): string =>
  /[<>=]/.test(bare) && !bare.includes('?')
    ? '; to compare, write a filter such as $.data[?@.amount > 5]'
    : '';

const refused = (problem: string): QueryError =>
  new QueryError(`expected a query as RFC 9535 has them: ${problem}`);

/** Where the library names tokens by its constants (TOKEN_COMMA), the message quotes the misplaced text instead. */
const inWords = ({ message, token }: JSONPathError): string =>
  message.includes(token.kind)
    ? `unexpected ${shortened(token.value) || 'end'} at character ${token.index + 1}`
    : message;

/** Strings, names and numbers. */
const TOKENS =
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** Numbers that a query compares with or counts by. */
export const numbersIn = (query: string): number[] =>
  (query.match(TOKENS) ?? []).filter((token) => /^[-\d]/.test(token)).map(Number);

const isString = (token: string): boolean => token.startsWith('"') || token.startsWith("'");

/** Mistakes outside of strings that the library takes, or refuses with a message that does not help. */
const NEVER: readonly (readonly [RegExp, string])[] = [
  [/[ \t\n\r]$/, 'expected no space at the end'],
  [/\.$/, 'expected a name or * after the dot'],
  [/(?<![\w\u0080-\uffff.+-])-?0\d/, 'no number begins with 0 and another digit'],
  [/\d[ \t\n\r]+-?\d/, 'expected a comma or a colon between two numbers'],
  [/![ \t\n\r]*!/, 'expected no two ! in a row'],
  [/(?:[=!]=|[<>]=?)[ \t\n\r]*\(/, 'expected a value after a comparison, not something in parentheses'],
  [/,[ \t\n\r]*\)/, 'expected another argument after the comma'],
];

/** The library refuses 0.5, and takes 5e-1. */
function numberForLibrary(token: string): string {
  if (!/^0[.eE]/.test(token)) return token;
  return Number(token) === 0 ? '0' : Number(token).toExponential();
}
