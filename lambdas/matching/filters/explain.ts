import { typeMatcher } from '../../events/type-index.ts';
import { isObject } from '../../values/json.ts';
import { type Condition, type Matcher, OR } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import type { Envelope } from '../language/envelope.ts';
import { type FilterParts, spansOf } from '../language/filter.ts';
import { shortened } from '../language/shortened.ts';
import { isOutOfSteps, MAX_STEPS, Work } from '../language/step-budget.ts';
import { canBeAbsent } from './absence.ts';
import { compileCondition, compileField, compileFilter, evaluate, type FieldPattern } from './compile.ts';
import { describeMatchers, describeSpans, describeTime, describeValue } from './describe.ts';

/** Why a filter does not hold, for a person. */
export interface Mismatch {
  readonly part: 'events' | 'where' | 'jsonpath' | 'during';
  /** Fields joined by dots, as in the condition: `data.user.plan`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** The first part of a filter that does not hold, or undefined when all parts do. */
export function explainMismatch(
  filter: FilterParts,
  envelope: Envelope,
  engines: Engines,
): Mismatch | undefined {
  const { events, where, jsonpath, during } = filter;
  if (!typeMatcher(events)(envelope.type)) {
    const expected = `one that matches ${events.join(' or ')}`;
    return { part: 'events', path: 'type', expected: shortened(expected), got: describeValue(envelope.type) };
  }
  const all = evaluate(compileFilter(filter, engines), envelope);
  if (all.fault !== undefined) throw all.fault;
  if (all.holds) return undefined;
  if (where && !evaluate(compileFilter({ where }, engines), envelope).holds) {
    return { part: 'where', ...explainCondition(where, envelope, engines) };
  }
  if (during && !evaluate(compileFilter({ during }, engines), envelope).holds) {
    return {
      part: 'during',
      path: 'during',
      expected: describeSpans(spansOf(during)),
      got: describeTime(spansOf(during), envelope.at),
    };
  }
  if (jsonpath === undefined) return { part: 'where', path: '', ...TOO_MUCH };
  if (all.isCutShort) return { part: 'jsonpath', path: 'jsonpath', ...TOO_MUCH };
  const got = envelope.data === undefined ? NO_JSON : 'nothing';
  return {
    part: 'jsonpath',
    path: 'jsonpath',
    expected: shortened(`something that ${jsonpath} selects`),
    got,
  };
}

type Miss = Omit<Mismatch, 'part'>;

export const NO_JSON = 'a payload that is not JSON';

export const TOO_MUCH = {
  expected: `no more than can be looked at in ${MAX_STEPS} steps`,
  got: 'more fields and elements',
};

function explainCondition(where: Condition, envelope: Envelope, engines: Engines): Miss {
  const miss = explainFields(
    where,
    (name, inner) => holds((work) => compileCondition({ [name]: inner }, engines)(envelope, work)),
    (name) => envelope[name as keyof Envelope],
    (alternative) => explainCondition(alternative, envelope, engines),
    engines,
  ) ?? { path: '', ...TOO_MUCH };
  return miss.path === 'data' && envelope.data === undefined ? { ...miss, got: NO_JSON } : miss;
}

type Inner = Condition[string];

/** The first field that does not hold. @param explainOther for an alternative at the same path */
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
  return {
    path: OR,
    expected: `one of ${alternatives.length} alternatives`,
    got: shortened(misses.join('; ')),
  };
}

/** Why a condition does not hold of a value. Of several elements, which one was meant is not known; one is explained. */
function explainValue(pattern: FieldPattern, found: unknown, engines: Engines): Miss {
  let value = found;
  while (Array.isArray(value) && value.length === 1) value = value[0];
  if (Array.isArray(pattern)) {
    return { path: '', expected: describeMatchers(pattern as readonly Matcher[]), got: describeValue(value) };
  }
  if (Array.isArray(value) && canBeAbsent(pattern as Condition)) {
    return { path: '', expected: describeAbsence(pattern as Condition), got: `an array of ${value.length}` };
  }
  if (!isObject(value)) return { path: '', expected: 'an object', got: describeValue(value) };
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

/** A field that may be missing must be missing in all elements of an array, or hold in one. */
function describeAbsence(condition: Condition): string {
  const names = Object.keys(condition).filter((name) => name !== OR);
  const nothing = names.length > 0 ? names.join(' and no ') : 'such field';
  return shortened(`objects with no ${nothing}, or one that fits`);
}

/** @returns undefined when finding out takes too many steps */
export function holds(test: (work: Work) => boolean): boolean | undefined {
  try {
    return test(new Work());
  } catch (error) {
    if (!isOutOfSteps(error)) throw error;
    return undefined;
  }
}
