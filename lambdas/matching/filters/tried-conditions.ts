import { typeMatcher } from '../../events/type-index.ts';
import { isObject } from '../../values/json.ts';
import { type Condition, type Matcher, OR } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import type { Envelope } from '../language/envelope.ts';
import { type FilterParts, spansOf } from '../language/filter.ts';
import { shortened } from '../language/shortened.ts';
import { compileField, compileFilter, evaluate, type FieldPattern } from './compile.ts';
import { describeMatchers, describeSpans, describeTime, describeValue } from './describe.ts';
import { holds, type Mismatch, NO_JSON, TOO_MUCH } from './explain.ts';

/** One condition of a filter, and whether it holds of an event. */
export interface TriedCondition extends Mismatch {
  readonly holds: boolean;
}

/**
 * All conditions of a filter, in their order. The filter matches when all hold; of the alternatives of a `$or`, whose paths
 * begin with `$or[0]` and so on, those of one are enough.
 */
export function triedConditions(filter: FilterParts, envelope: Envelope, engines: Engines): TriedCondition[] {
  const { events, where, jsonpath, during } = filter;
  const tried: TriedCondition[] = [
    {
      part: 'events',
      path: 'type',
      expected: shortened(`one that matches ${events.join(' or ')}`),
      got: describeValue(envelope.type),
      holds: typeMatcher(events)(envelope.type),
    },
  ];
  if (where)
    tried.push(...ofWhere(where, envelope, engines).map((one) => ({ part: 'where' as const, ...one })));
  if (jsonpath !== undefined) {
    const { holds: isSelected, isCutShort } = evaluate(compileFilter({ jsonpath }, engines), envelope);
    const expected = shortened(`something that ${jsonpath} selects`);
    const got = isSelected ? 'something' : envelope.data === undefined ? NO_JSON : 'nothing';
    const said = isCutShort ? TOO_MUCH : { expected, got };
    tried.push({ part: 'jsonpath', path: 'jsonpath', ...said, holds: isSelected });
  }
  if (during) {
    const spans = spansOf(during);
    tried.push({
      part: 'during',
      path: 'during',
      expected: describeSpans(spans),
      got: describeTime(spans, envelope.at),
      holds: evaluate(compileFilter({ during }, engines), envelope).holds,
    });
  }
  return tried;
}

type Tried = Omit<TriedCondition, 'part'>;

/** Fields of the event itself. A payload that is not JSON has none of the fields of a payload. */
function ofWhere(where: Condition, envelope: Envelope, engines: Engines): Tried[] {
  const inside = (condition: Condition, path: string): Tried[] =>
    ofFields(condition, path, inside, (name, inner, at) =>
      name === 'data' && envelope.data === undefined
        ? [{ path: at, expected: 'an object', got: NO_JSON, holds: false }]
        : ofField(inner, envelope[name as keyof Envelope], at, engines),
    );
  return inside(where, '');
}

type Inner = Condition[string];

/** @param path what stands before the names of the fields: empty, or ends with a dot */
function ofFields(
  condition: Condition,
  path: string,
  inside: (alternative: Condition, path: string) => Tried[],
  ofOne: (name: string, inner: Inner, at: string) => Tried[],
): Tried[] {
  return Object.entries(condition).flatMap(([name, inner]) => {
    const at = `${path}${name}`;
    if (name !== OR) return ofOne(name, inner, at);
    const alternatives = (inner as readonly Condition[]).map((one, i) => inside(one, `${at}[${i}].`));
    return [orOf(at, alternatives), ...alternatives.flat()];
  });
}

function orOf(path: string, alternatives: readonly Tried[][]): Tried {
  const holding = alternatives.filter((alternative) => holdsWhole(alternative)).length;
  return {
    path,
    expected: `one of ${alternatives.length} alternatives`,
    got: holding === 0 ? 'none of them' : `${holding} of them`,
    holds: holding > 0,
  };
}

const IS_OR = /(?:^|\.)\$or$/;

/** Whether all conditions of a list hold. Those inside a `$or` are counted by the `$or` itself. */
export function holdsWhole(tried: readonly Tried[]): boolean {
  const ors = tried.filter(({ path }) => IS_OR.test(path)).map(({ path }) => `${path}[`);
  return tried.every(({ path, holds: isTrue }) => isTrue || ors.some((or) => path.startsWith(or)));
}

/** A field of an object is looked into. One that is an array is tried as a whole: one element must have it all. */
function ofField(pattern: Inner, value: unknown, path: string, engines: Engines): Tried[] {
  if (Array.isArray(pattern) || Array.isArray(value))
    return [ofWhole(pattern as FieldPattern, value, path, engines)];
  const object = isObject(value) ? value : {};
  const inside = (condition: Condition, before: string): Tried[] =>
    ofFields(condition, before, inside, (name, inner, at) =>
      ofField(inner, Object.hasOwn(object, name) ? object[name] : undefined, at, engines),
    );
  return inside(pattern as Condition, `${path}.`);
}

function ofWhole(pattern: FieldPattern, value: unknown, path: string, engines: Engines): Tried {
  const verdict = holds((work) => compileField(pattern, engines)(value, work));
  if (verdict === undefined) return { path, ...TOO_MUCH, holds: false };
  const expected = Array.isArray(pattern)
    ? describeMatchers(pattern as readonly Matcher[])
    : shortened(`an object with ${describeFields(pattern as Condition)}`);
  return { path, expected, got: describeFound(value, verdict), holds: verdict };
}

const describeFields = (condition: Condition): string =>
  Object.entries(condition)
    .map(([name, inner]) => {
      if (name === OR) return `(${(inner as readonly Condition[]).map(describeFields).join('; or ')})`;
      return Array.isArray(inner)
        ? `${name}: ${describeMatchers(inner as readonly Matcher[])}`
        : `${name} with ${describeFields(inner as Condition)}`;
    })
    .join(', ');

/** An array that holds has an element that fits. */
function describeFound(value: unknown, isTrue: boolean): string {
  if (!Array.isArray(value) || value.length === 0) return describeValue(value);
  if (value.length === 1 && !Array.isArray(value[0])) return `an array of ${describeValue(value[0])}`;
  return isTrue ? `an array of ${value.length}` : describeValue(value);
}
