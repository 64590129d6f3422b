import { OWN_SOURCE } from '../../../lambdas/sources/eventbridge/event-bridge-source.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_CHARACTERS = 2048;

/** Members of an event that a pattern can ask for at its top. */
const TOP = ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'];

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** What is wrong with an event pattern, by where it is wrong; AWS refuses it when it is deployed, after everything else. */
export function eventPatternProblem(pattern: JsonObject): string | undefined {
  const { length } = JSON.stringify(pattern);
  if (length > MAX_CHARACTERS) return `expected at most ${MAX_CHARACTERS} characters as JSON, got ${length}`;
  if (Object.keys(pattern).length === 0) return 'expected a member, such as {"source": ["shop"]}';
  const unknown = Object.keys(pattern).find((name) => !TOP.includes(name) && name !== '$or');
  if (unknown !== undefined) return `${unknown}: expected one of ${TOP.join(', ')}`;
  return problemIn(pattern, '') ?? loopProblem(pattern);
}

function problemIn(pattern: JsonObject, path: string): string | undefined {
  for (const [name, value] of Object.entries(pattern)) {
    const at = path === '' ? name : `${path}.${name}`;
    const problem = name === '$or' ? orProblem(value, at) : memberProblem(value, at);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function orProblem(value: Json, at: string): string | undefined {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject))
    return `${at}: expected a list of two patterns or more`;
  return firstOf(value as JsonObject[], (each) => problemIn(each, at));
}

function memberProblem(value: Json, at: string): string | undefined {
  if (isObject(value))
    return Object.keys(value).length === 0 ? `${at}: expected a member` : problemIn(value, at);
  if (!Array.isArray(value) || value.length === 0)
    return `${at}: expected a list of values, such as ["created"], or an object`;
  return firstOf(value, (each) => conditionProblem(each, at));
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
function conditionProblem(condition: Json, at: string): string | undefined {
  if (Array.isArray(condition)) return `${at}: expected values, got a list in the list`;
  if (!isObject(condition)) return undefined;
  const [[operator, operand] = ['', null], ...more] = Object.entries(condition);
  const check = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!check || more.length > 0)
    return `${at}: expected an object with one of ${Object.keys(OPERATORS).join(', ')}`;
  return check(operand) ? undefined : `${at}: expected another operand of ${operator}`;
}

const isText = (value: Json): boolean => typeof value === 'string' && value !== '';
const isTextOrIgnoringCase = (value: Json): boolean =>
  isText(value) ||
  (isObject(value) && only(value, 'equals-ignore-case') && isText(value['equals-ignore-case']!));
const isTexts = (value: Json): boolean =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));

const COMPARISONS = ['<', '<=', '>', '>=', '='];

const OPERATORS: Readonly<Record<string, (operand: Json) => boolean>> = {
  prefix: isTextOrIgnoringCase,
  suffix: isTextOrIgnoringCase,
  'equals-ignore-case': isText,
  wildcard: (operand) => isText(operand) && !(operand as string).includes('**'),
  exists: (operand) => typeof operand === 'boolean',
  cidr: (operand) => typeof operand === 'string' && /^[0-9a-f.:]+\/\d{1,3}$/i.test(operand),
  numeric: (operand) =>
    Array.isArray(operand) &&
    (operand.length === 2 || operand.length === 4) &&
    operand.every((part, i) =>
      i % 2 === 0 ? COMPARISONS.includes(part as string) : typeof part === 'number',
    ),
  'anything-but': (operand) => {
    if (!isObject(operand)) return isScalars(operand);
    const [name = ''] = Object.keys(operand);
    const names = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];
    return only(operand, name) && names.includes(name) && isTexts(operand[name]!);
  },
};

const isScalar = (value: Json): boolean => typeof value === 'string' || typeof value === 'number';
const isScalars = (value: Json): boolean =>
  isScalar(value) || (Array.isArray(value) && value.length > 0 && value.every(isScalar));

/**
 * What a rule of ours must not match: what Posthorn itself sends to a bus, or events would go round. A list of sources can
 * leave it out by naming them, or by their prefix; no other condition on `source` can be joined with one that excludes ours.
 */
function loopProblem(pattern: JsonObject): string | undefined {
  const or = JSON.stringify(pattern.$or ?? null);
  if (or.includes('"source"'))
    return '$or: expected no source in it, so that events of Posthorn’s own are left out';
  const { source } = pattern;
  if (!Array.isArray(source)) return undefined;
  return firstOf(source as Json[], (each) =>
    canBeOwn(each)
      ? `source: expected names or prefixes of sources, none of which begins with ${OWN_SOURCE}, as events of Posthorn’s own do`
      : undefined,
  );
}

function canBeOwn(condition: Json): boolean {
  if (typeof condition === 'string') return condition.startsWith(OWN_SOURCE);
  if (!isObject(condition)) return true;
  const { prefix, 'anything-but': not } = condition;
  if (typeof prefix === 'string') return prefix.startsWith(OWN_SOURCE) || OWN_SOURCE.startsWith(prefix);
  const excluded = isObject(not ?? null) ? (not as JsonObject).prefix : undefined;
  return !(typeof excluded === 'string' && OWN_SOURCE.startsWith(excluded));
}

/** A pattern that matches no event of Posthorn's own. @param pattern in which nothing is wrong */
export const withoutOwn = (pattern: JsonObject): JsonObject =>
  pattern.source === undefined
    ? { ...pattern, source: [{ 'anything-but': { prefix: OWN_SOURCE } }] }
    : pattern;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const only = (value: JsonObject, name: string): boolean => Object.keys(value).join() === name;

function firstOf<T>(all: readonly T[], problemOf: (one: T) => string | undefined): string | undefined {
  for (const each of all) {
    const problem = problemOf(each);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
