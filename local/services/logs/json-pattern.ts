/**
 * Patterns of JSON lines: `{ $.level = "error" && ($.ms > 2000 || $.user NOT EXISTS) }`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 */
import type { Filter, LogLine } from './log-line.ts';
import { COMPARISONS, NUMBER, regexOf, wildcards } from './pattern-parts.ts';

const TOKEN =
  /\s*(?:(\$(?:\.[\w-]+|\[\d+\])+)|(&&|\|\||!=|<=|>=|[=<>(){}])|"((?:[^"\\])*)"|%([^%]+)%|(IS\s+(?:NULL|TRUE|FALSE)|NOT\s+EXISTS)(?=[\s})&|])|([\w*.:/+-]+))/y;

type Key = string | number;

type Token =
  | { readonly kind: 'field'; readonly path: readonly Key[] }
  | { readonly kind: 'sign'; readonly sign: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly regex: RegExp }
  | { readonly kind: 'state'; readonly state: string }
  | { readonly kind: 'number'; readonly number: number };

/** @throws where the pattern is none, or says more than is known here */
export function jsonFilter(pattern: string): Filter {
  const tokens = tokensOf(pattern);
  let at = 0;
  const refuse = (expected: string): never => {
    throw new Error(`filter pattern ${pattern}: expected ${expected} at part ${at + 1}`);
  };
  const isSign = (sign: string): boolean => {
    const token = tokens[at];
    return token?.kind === 'sign' && token.sign === sign;
  };
  const take = (sign: string): void => {
    if (!isSign(sign)) refuse(sign);
    at++;
  };
  const list = (sign: '||' | '&&', part: () => Filter): Filter[] => {
    const parts = [part()];
    while (isSign(sign)) {
      at++;
      parts.push(part());
    }
    return parts;
  };
  const either = (): Filter => {
    const parts = list('||', all);
    return (line) => parts.some((part) => part(line));
  };
  const all = (): Filter => {
    const parts = list('&&', one);
    return (line) => parts.every((part) => part(line));
  };
  const one = (): Filter => {
    if (!isSign('(')) return comparison();
    take('(');
    const inner = either();
    take(')');
    return inner;
  };
  const comparison = (): Filter => {
    const [field, sign, value] = tokens.slice(at, at + 3);
    if (field?.kind !== 'field') return refuse('a field such as $.type');
    at++;
    if (sign?.kind === 'state') {
      at++;
      return stateFilter(field.path, sign.state);
    }
    if (sign?.kind !== 'sign') return refuse('an operator');
    at++;
    const filter = valueFilter(field.path, sign.sign, value);
    if (!filter)
      return refuse(value?.kind === 'number' ? 'a comparison' : 'a value, after = or != if it is no number');
    at++;
    return filter;
  };
  take('{');
  const filter = either();
  take('}');
  if (at < tokens.length) refuse('the end');
  return filter;
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const from = TOKEN.lastIndex;
    const [, field, sign, quoted, regex, state, word] = TOKEN.exec(pattern) ?? [];
    if (field !== undefined) tokens.push({ kind: 'field', path: pathOf(field) });
    else if (sign !== undefined) tokens.push({ kind: 'sign', sign });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (regex !== undefined) tokens.push({ kind: 'regex', regex: regexOf(regex) });
    else if (state !== undefined) tokens.push({ kind: 'state', state: state.replace(/\s+/, ' ') });
    else if (word !== undefined)
      tokens.push(
        NUMBER.test(word) ? { kind: 'number', number: Number(word) } : { kind: 'text', text: word },
      );
    else throw new Error(`filter pattern ${pattern}: nothing known begins at "${pattern.slice(from)}"`);
  }
  return tokens;
}

const pathOf = (field: string): Key[] =>
  [...field.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));

/** A field that is not there meets no comparison. */
function fieldIn(line: LogLine, path: readonly Key[]): unknown {
  let value = line.fields();
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = value[key as keyof typeof value];
  }
  return value;
}

const STATES: Readonly<Record<string, unknown>> = {
  'IS NULL': null,
  'IS TRUE': true,
  'IS FALSE': false,
  'NOT EXISTS': undefined,
};

/** A line that is no JSON meets nothing, also not that a field is missing. */
const stateFilter =
  (path: readonly Key[], state: string): Filter =>
  (line) =>
    line.fields() !== undefined && fieldIn(line, path) === STATES[state];

function valueFilter(path: readonly Key[], sign: string, value: Token | undefined): Filter | undefined {
  if (value?.kind === 'number') return numberFilter(path, sign, value.number);
  if (sign !== '=' && sign !== '!=') return undefined;
  if (value?.kind !== 'text' && value?.kind !== 'regex') return undefined;
  const expression = value.kind === 'text' ? wildcards(value.text) : value.regex;
  // `= *` is how a pattern asks for any value.
  const takesAll = value.kind === 'text' && value.text === '*';
  return (line) => {
    const field = fieldIn(line, path);
    if (takesAll && field !== undefined) return sign === '=';
    return typeof field === 'string' && expression.test(field) === (sign === '=');
  };
}

function numberFilter(path: readonly Key[], sign: string, limit: number): Filter | undefined {
  const holds = COMPARISONS[sign];
  return (
    holds &&
    ((line) => {
      const value = fieldIn(line, path);
      return typeof value === 'number' && holds(value, limit);
    })
  );
}
