import type { Condition, Matcher } from '../../../lambdas/matching/language/condition.ts';
import type { Envelope } from '../../../lambdas/matching/language/envelope.ts';
import type { FilterParts } from '../../../lambdas/matching/language/filter.ts';
import type { Span } from '../../../lambdas/matching/language/time-windows.ts';

/**
 * Filters interpreted word by word from their documentation: slow, unbounded, and without a line of the tested code.
 * For harmless filters and events only: RE2 patterns run as JavaScript's, JSONPath has a few forms, and addresses are
 * IPv4.
 */
export function referenceHolds(filter: FilterParts, event: Envelope): boolean {
  return (
    filter.events.some((pattern) => fitsType(pattern.split('.'), event.type.split('.'))) &&
    eventFields(filter.where ?? {}, event) &&
    (filter.jsonpath === undefined || selects(filter.jsonpath, event)) &&
    (filter.during === undefined || [filter.during].flat().some((span) => isDuring(span, event.at)))
  );
}

/** Only patterns that name their first segment match operational events. */
export function fitsType(pattern: readonly string[], type: readonly string[]): boolean {
  const isOwn = type[0] === 'posthorn' && type.length > 1;
  return isOwn ? pattern[0] === 'posthorn' && fits(pattern.slice(1), type.slice(1)) : fits(pattern, type);
}

function fits(pattern: readonly string[], type: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return type.length === 0;
  if (first === '**') return fits(rest, type) || (type.length > 0 && fits(pattern, type.slice(1)));
  return type.length > 0 && (first === '*' || first === type[0]) && fits(rest, type.slice(1));
}

function eventFields(condition: Condition, event: Envelope): boolean {
  return Object.entries(condition).every(([name, inner]) => {
    if (name === '$or') return (inner as Condition[]).some((one) => eventFields(one, event));
    if (name === 'data' && event.data === undefined) return false;
    return field(inner, (event as unknown as Record<string, unknown>)[name]);
  });
}

function field(inner: Condition[string], value: unknown): boolean {
  if (Array.isArray(inner)) return matchesOf(inner as Matcher[], value).length > 0;
  return spelledOut(inner as Condition).some((fields) => matchesOf(fields, value).length > 0);
}

/** Fields without alternatives; a name may occur several times. */
class Fields {
  readonly all: readonly (readonly [name: string, inner: readonly Matcher[] | Fields])[];
  constructor(all: Fields['all']) {
    this.all = all;
  }
}

/** A condition for each choice among its alternatives. */
function spelledOut(condition: Condition): Fields[] {
  return Object.entries(condition).reduce<Fields[]>(
    (soFar, [name, inner]) =>
      soFar.flatMap(({ all }) =>
        alternativesOf(name, inner).map((more) => new Fields([...all, ...more.all])),
      ),
    [new Fields([])],
  );
}

function alternativesOf(name: string, inner: Condition[string]): Fields[] {
  if (name === '$or') return (inner as Condition[]).flatMap(spelledOut);
  if (Array.isArray(inner)) return [new Fields([[name, inner as Matcher[]]])];
  return spelledOut(inner as Condition).map((one) => new Fields([[name, one]]));
}

type Match = 'by something there' | 'as nothing is there';

/** How fields match a value: one element by something in it, or all since none has anything in it. */
function matchesOf(asked: readonly Matcher[] | Fields, value: unknown): Match[] {
  const values = flat(value);
  const matches: Match[] = isNowhere(asked, values) ? ['as nothing is there'] : [];
  const isThere =
    asked instanceof Fields
      ? objectsOf(values).some((object) => {
          const each = asked.all.map(([name, inner]) => matchesOf(inner, memberOf(object, name)));
          return each.every(({ length }) => length > 0) && each.flat().includes('by something there');
        })
      : leavesOf(values).some((leaf) => asked.some((matcher) => matcherHolds(matcher, leaf)));
  return isThere ? ['by something there', ...matches] : matches;
}

function isNowhere(asked: readonly Matcher[] | Fields, values: readonly unknown[]): boolean {
  if (asked instanceof Fields) {
    const inside = (name: string) => objectsOf(values).flatMap((object) => flat(memberOf(object, name)));
    return asked.all.every(([name, inner]) => isNowhere(inner, inside(name)));
  }
  return leavesOf(values).length === 0 && asked.some((matcher) => matcherHolds(matcher, undefined));
}

const objectsOf = (values: readonly unknown[]): Record<string, unknown>[] => {
  const objects = values.map((one) => (isPlain(one) ? one : {}));
  return objects.length > 0 ? objects : [{}];
};

const leavesOf = (values: readonly unknown[]): unknown[] => values.filter((one) => !isPlain(one));

const memberOf = (object: Record<string, unknown>, name: string): unknown =>
  Object.entries(object).find(([key]) => key === name)?.[1];

/** The elements of arrays in arrays, or the value itself. A nested array without elements counts as an empty object. */
function flat(value: unknown): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [value];
  return value.flatMap((one) =>
    Array.isArray(one) && one.flat(Number.POSITIVE_INFINITY).length === 0 ? [{}] : flat(one),
  );
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function matcherHolds(matcher: Matcher, value: unknown): boolean {
  if (matcher === null || typeof matcher !== 'object') return value !== undefined && value === matcher;
  const [[operator, operand]] = Object.entries(matcher) as [[string, unknown]];
  switch (operator) {
    case 'exists':
      return operand === (value !== undefined);
    case 'anything-but':
      return value !== undefined && !excluded(operand, value);
    case 'numeric':
      return typeof value === 'number' && inRange(operand as (string | number)[], value);
    default:
      return typeof value === 'string' && textHolds(operator, operand as Text, value);
  }
}

function excluded(operand: unknown, value: unknown): boolean {
  if (!isPlain(operand)) return [operand].flat().includes(value);
  const [[operator, texts]] = Object.entries(operand) as [[string, unknown]];
  return [texts].flat().some((text) => matcherHolds({ [operator]: text }, value));
}

function inRange(parts: (string | number)[], value: number): boolean {
  if (parts.length === 0) return true;
  const [comparison, bound, ...rest] = parts as [string, number];
  const holds = { '=': value === bound, '<': value < bound, '<=': value <= bound, '>': value > bound }[
    comparison
  ];
  return (holds ?? value >= bound) && inRange(rest, value);
}

type Text = string | { readonly 'equals-ignore-case': string };

function textHolds(operator: string, operand: Text, value: string): boolean {
  if (typeof operand !== 'string') {
    return textHolds(operator, operand['equals-ignore-case'].toLowerCase(), value.toLowerCase());
  }
  switch (operator) {
    case 'prefix':
      return value.indexOf(operand) === 0;
    case 'suffix':
      return mirrored(value).indexOf(mirrored(operand)) === 0;
    case 'equals-ignore-case':
      return value.toUpperCase() === operand.toUpperCase();
    case 'wildcard':
      return fitsWildcard(operand, value);
    case 'regex':
      return new RegExp(operand).test(value);
    case 'cidr':
      return inCidr(operand, value);
    default:
      throw new Error(`no such operator: ${operator}`);
  }
}

const mirrored = (text: string): string => [...text].reverse().join('');

function fitsWildcard(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') {
    return fitsWildcard(pattern.slice(1), text) || (text !== '' && fitsWildcard(pattern, text.slice(1)));
  }
  const plain = pattern[0] === '\\' ? pattern.slice(1) : pattern;
  return text !== '' && text[0] === plain[0] && fitsWildcard(plain.slice(1), text.slice(1));
}

function inCidr(range: string, text: string): boolean {
  const [network, bits] = range.split('/') as [string, string];
  if (!/^\d+(\.\d+){3}$/.test(text)) return false;
  const binary = (address: string): string =>
    address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  return binary(text).slice(0, Number(bits)) === binary(network).slice(0, Number(bits));
}

/** `$.data.name`, and `$.data[?@ > number]` over the values that are directly in the payload. */
function selects(query: string, event: Envelope): boolean {
  const { data } = event;
  if (typeof data !== 'object' || data === null) return false;
  const compared = /^\$\.data\[\?@ > (-?\d+)\]$/.exec(query);
  if (compared)
    return Object.values(data).some((value) => typeof value === 'number' && value > Number(compared[1]));
  const [, name] = /^\$\.data\.(\w+)$/.exec(query)!;
  return !Array.isArray(data) && Object.hasOwn(data, name!);
}

/** Of UTC only. */
function isDuring({ days, from = '00:00', to = '24:00' }: Span, at: number): boolean {
  const date = new Date(at);
  const time = date.toISOString().slice(11, 16);
  const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
  const isDay = (day: number): boolean => !days || days.includes(names[(day + 7) % 7]!);
  const today = date.getUTCDay();
  if (from < to) return isDay(today) && time >= from && time < to;
  return (isDay(today) && time >= from) || (isDay(today - 1) && time < to);
}
