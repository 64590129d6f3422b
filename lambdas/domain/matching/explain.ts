import { isObject } from '../json.ts';
import { compileCondition, compileField, compileFilter, evaluate, type FieldPattern } from './compile.ts';
import { type Condition, OR } from './condition.ts';
import { clockTime } from './during.ts';
import type { Engines } from './engines.ts';
import type { Envelope } from './envelope.ts';
import { type FilterParts, spansOf } from './filter.ts';
import { typeMatcher } from './type-index.ts';
import { isOutOfSteps, MAX_STEPS, Work } from './work.ts';

/** Why a filter does not hold, for a person. */
export interface Mismatch {
  readonly part: 'events' | 'where' | 'jsonpath' | 'during';
  /** Fields joined by dots, as in the condition: `data.user.plan`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** The first part of a filter that does not hold, or undefined when all do. */
export function explainMismatch(
  filter: FilterParts,
  envelope: Envelope,
  engines: Engines,
): Mismatch | undefined {
  const { events, where, jsonpath, during } = filter;
  if (!typeMatcher(events)(envelope.type)) {
    const expected = `one that matches ${events.join(' or ')}`;
    return { part: 'events', path: 'type', expected: cut(expected), got: JSON.stringify(envelope.type) };
  }
  const all = evaluate(compileFilter(filter, engines), envelope);
  if (all.holds) return undefined;
  if (where && !evaluate(compileFilter({ where }, engines), envelope).holds) {
    const miss = explainCondition(where, envelope, engines);
    const isNoJson = envelope.data === undefined && miss.path === 'data';
    return { part: 'where', ...miss, ...(isNoJson && { got: NO_JSON }) };
  }
  if (during && !evaluate(compileFilter({ during }, engines), envelope).holds) {
    return {
      part: 'during',
      path: 'during',
      expected: describeSpans(during),
      got: describeTime(during, envelope.at),
    };
  }
  if (all.isCutShort) return { part: 'jsonpath', path: 'jsonpath', ...TOO_MUCH };
  const got = envelope.data === undefined ? NO_JSON : 'nothing';
  return { part: 'jsonpath', path: 'jsonpath', expected: cut(`something that ${jsonpath} selects`), got };
}

type Miss = Omit<Mismatch, 'part'>;

const NO_JSON = 'a payload that is not JSON';

const TOO_MUCH = {
  expected: `no more than can be looked at in ${MAX_STEPS} steps`,
  got: 'more fields and elements',
};

function explainCondition(where: Condition, envelope: Envelope, engines: Engines): Miss {
  return (
    explainFields(
      where,
      (name, inner) => holds((work) => compileCondition({ [name]: inner }, engines)(envelope, work)),
      (name) => envelope[name as keyof Envelope],
      (alternative) => explainCondition(alternative, envelope, engines),
      engines,
    ) ?? { path: '', ...TOO_MUCH }
  );
}

type Inner = Condition[string];

/** The first field that does not hold. @param explainOther for an alternative at the same place */
function explainFields(
  condition: Condition,
  test: (name: string, inner: Inner) => boolean | undefined,
  found: (name: string) => unknown,
  explainOther: (alternative: Condition) => Miss,
  engines: Engines,
): Miss | undefined {
  for (const [name, inner] of Object.entries(condition)) {
    const verdict = test(name, inner);
    if (verdict) continue;
    if (verdict === undefined) return { path: name, ...TOO_MUCH };
    if (name === OR) return explainAlternatives(inner as readonly Condition[], explainOther);
    const miss = explainValue(inner as FieldPattern, found(name), engines);
    return { ...miss, path: miss.path ? `${name}.${miss.path}` : name };
  }
  return undefined;
}

function explainAlternatives(
  alternatives: readonly Condition[],
  explain: (alternative: Condition) => Miss,
): Miss {
  const misses = alternatives.map(explain).map(({ path, got }) => `${path}: ${got}`);
  return { path: OR, expected: `one of ${alternatives.length} alternatives`, got: cut(misses.join('; ')) };
}

/** Why a pattern does not hold of a value. Which element of several was meant is not known; one can be told of. */
function explainValue(pattern: FieldPattern, value: unknown, engines: Engines): Miss {
  if (Array.isArray(value) && value.length === 1) return explainValue(pattern, value[0], engines);
  if (Array.isArray(pattern)) {
    const matchers = pattern.map((matcher) => JSON.stringify(matcher));
    return { path: '', expected: cut(`one of ${matchers.join(', ')}`), got: described(value) };
  }
  if (!isObject(value)) return { path: '', expected: 'an object', got: described(value) };
  const inside = (condition: Condition): Miss =>
    explainFields(
      condition,
      (name, inner) => holds((work) => compileField({ [name]: inner } as Condition, engines)(value, work)),
      (name) => (Object.hasOwn(value, name) ? value[name] : undefined),
      inside,
      engines,
    ) ?? { path: '', ...TOO_MUCH };
  return inside(pattern as Condition);
}

/** @returns undefined when finding out takes too much */
function holds(test: (work: Work) => boolean): boolean | undefined {
  try {
    return test(new Work());
  } catch (error) {
    if (!isOutOfSteps(error)) throw error;
    return undefined;
  }
}

function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}, none of which fits`;
  return isObject(value) ? 'an object' : cut(JSON.stringify(value));
}

const describeSpans = (during: NonNullable<FilterParts['during']>): string =>
  cut(
    spansOf(during)
      .map(({ days, from = '00:00', to = '24:00', timeZone }) =>
        [days?.join(', ') ?? 'every day', `from ${from} to ${to}`, `in ${timeZone}`].join(' '),
      )
      .join(', or '),
  );

/** By the clocks that the spans go by. */
function describeTime(during: NonNullable<FilterParts['during']>, at: number): string {
  const zones = new Set(spansOf(during).map(({ timeZone }) => timeZone));
  return cut([...zones].map((timeZone) => `${clockTime(timeZone, at)} in ${timeZone}`).join(', '));
}

/** Enough to recognise it by. */
const cut = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 200)}…`);
