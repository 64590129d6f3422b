import { isObject } from '../../values/json.ts';
import { type Condition, isScalar, type Matcher, OR } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import type { Work } from '../language/step-budget.ts';
import { compileMatchers } from '../operators/operators.ts';
import { someElement } from './elements.ts';

/**
 * Objects of fields that can hold of missing values: each of their lists takes `{"exists": false}`. Below an array such a
 * field must be in no element, as in Event Ruler. Where another field has chosen an element, by a value in it, the field
 * must not be in that element. (In Ruler that depends on which name comes first in the alphabet.)
 */

type Pattern = Condition[string];

const NO_VALUE = (matcher: Matcher): boolean => !isScalar(matcher) && matcher.exists === false;

/** Whether all fields of a condition may be missing. */
export const canBeAbsent = (condition: Condition): boolean =>
  Object.entries(condition).every(([name, inner]) => {
    if (name === OR) return (inner as readonly Condition[]).some(canBeAbsent);
    return Array.isArray(inner)
      ? (inner as readonly Matcher[]).some(NO_VALUE)
      : canBeAbsent(inner as Condition);
  });

/** How a value holds: not; because none of the fields is there; or by a field that is. */
type Rank = typeof NOT | typeof ABSENT | typeof THERE;
const NOT = 0;
const ABSENT = 1;
const THERE = 2;

type RankOf = (value: unknown, work: Work) => Rank;

/** Compiles an object of fields. @returns a test of a payload's value, which is undefined when it is missing */
export function compileAbsence(
  condition: Condition,
  engines: Engines,
): (value: unknown, work: Work) => boolean {
  const rank = ofPattern(condition, engines);
  return (value, work) => rank(value, work) !== NOT;
}

const ofPattern = (pattern: Pattern, engines: Engines): RankOf =>
  Array.isArray(pattern)
    ? ofMatchers(pattern as readonly Matcher[], engines)
    : ofObject(pattern as Condition, engines);

function ofMatchers(matchers: readonly Matcher[], engines: Engines): RankOf {
  const test = compileMatchers(matchers, engines);
  return (value, work) => {
    if (someLeaf(value, (leaf) => test(leaf, work), work)) return THERE;
    return test(undefined, work) && isNowhere(value, work) ? ABSENT : NOT;
  };
}

/** Scalars: of an array, those of its elements. */
function someLeaf(
  value: unknown,
  test: (leaf: string | number | boolean | null) => boolean,
  work: Work,
): boolean {
  const isLeaf = (one: unknown): boolean => one !== undefined && isScalar(one) && test(one);
  if (Array.isArray(value)) return someElement(value, isLeaf, () => false, work);
  work.spend(1);
  return isLeaf(value);
}

const isNowhere = (value: unknown, work: Work): boolean => !someLeaf(value, () => true, work);

function ofObject(condition: Condition, engines: Engines): RankOf {
  const fields = ofFields(condition, engines);
  const isAbsent = ofAbsence(condition);
  return (value, work) => {
    if (!Array.isArray(value)) return fields(value, work);
    const isThere = (element: unknown): boolean => fields(element, work) === THERE;
    if (someElement(value, isThere, () => false, work)) return THERE;
    return isAbsent([value], work) ? ABSENT : NOT;
  };
}

/** For one object; any other value counts as one without fields. */
function ofFields(condition: Condition, engines: Engines): RankOf {
  const ranks = Object.entries(condition).map(([name, inner]): RankOf => {
    if (name === OR) return bestOf((inner as readonly Condition[]).map((one) => ofFields(one, engines)));
    const rank = ofPattern(inner, engines);
    return (value, work) => rank(memberOf(value, name), work);
  });
  return (value, work) => {
    let best: Rank = ABSENT;
    for (const rank of ranks) {
      const one = rank(value, work);
      if (one === NOT) return NOT;
      if (one > best) best = one;
    }
    return best;
  };
}

const bestOf =
  (ranks: readonly RankOf[]): RankOf =>
  (value, work) => {
    let best: Rank = NOT;
    for (const rank of ranks) {
      const one = rank(value, work);
      if (one === THERE) return THERE;
      if (one > best) best = one;
    }
    return best;
  };

/** Whether all fields are missing in all values, and in all elements of arrays among them. */
type AbsentFrom = (values: readonly unknown[], work: Work) => boolean;

function ofAbsence(pattern: Pattern): AbsentFrom {
  if (Array.isArray(pattern)) {
    const isAsked = (pattern as readonly Matcher[]).some(NO_VALUE);
    return (values, work) => isAsked && values.every((value) => isNowhere(value, work));
  }
  const tests = Object.entries(pattern as Condition).map(([name, inner]): AbsentFrom => {
    if (name === OR) {
      const alternatives = (inner as readonly Condition[]).map(ofAbsence);
      return (values, work) => alternatives.some((test) => test(values, work));
    }
    const isAbsent = ofAbsence(inner);
    return (values, work) => isAbsent(membersOf(values, name, work), work);
  });
  return (values, work) => tests.every((test) => test(values, work));
}

/** A field's values in all objects among these values and in their arrays. */
function membersOf(values: readonly unknown[], name: string, work: Work): unknown[] {
  const found: unknown[] = [];
  const add = (value: unknown): boolean => {
    const member = memberOf(value, name);
    if (member !== undefined) found.push(member);
    return false;
  };
  for (const value of values) {
    work.spend(1);
    if (Array.isArray(value)) someElement(value, add, () => false, work);
    else add(value);
  }
  return found;
}

const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
