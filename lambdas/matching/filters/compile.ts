import { isObject } from '../../values/json.ts';
import { type Condition, type Matcher, OR, type Scalar, touchesData } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import type { Envelope } from '../language/envelope.ts';
import { type FilterParts, spansOf } from '../language/filter.ts';
import { isOutOfSteps, Work } from '../language/step-budget.ts';
import { compileSpans } from '../language/time-windows.ts';
import type { Test } from '../operators/operator.ts';
import { compileMatchers } from '../operators/operators.ts';
import { canBeAbsent, compileAbsence } from './absence.ts';
import { someElement } from './elements.ts';

/** A filter as functions, without its event types, which are the index's. An undefined part holds of every event. */
export interface CompiledFilter {
  /** The part that needs no payload. */
  readonly own: EventTest | undefined;
  /** The part that needs the payload. It does not hold of a payload that is not JSON. */
  readonly data: EventTest | undefined;
}

/** The filter for an event that is addressed to a subscription. */
export const HOLDS_ALWAYS: CompiledFilter = { own: undefined, data: undefined };

/** @throws what `isOutOfSteps` knows */
export type EventTest = (envelope: Envelope, work: Work) => boolean;

/** Compiles a filter that has been checked; see `conditionProblem` and `jsonpathProblem`. */
export function compileFilter(
  { where = {}, jsonpath, during }: Pick<FilterParts, 'where' | 'jsonpath' | 'during'>,
  engines: Engines,
): CompiledFilter {
  const parts = Object.entries(where).map(([name, inner]) => ({ [name]: inner }) as Condition);
  const own = parts.filter((part) => !touchesData(part)).map((part) => compileCondition(part, engines));
  const data = parts.filter(touchesData).map((part) => compileCondition(part, engines));
  if (during !== undefined) {
    const spans = spansOf(during);
    const isDuring = compileSpans(spans);
    own.push((envelope, work) => {
      work.spend(spans.length);
      return isDuring(envelope.at);
    });
  }
  if (jsonpath !== undefined) data.push(engines.compileJsonpath(jsonpath));
  return { own: allOf(own), data: allOf(data) };
}

/** Whether a compiled filter holds, and how many steps finding out took. @returns `steps` at most `MAX_STEPS` */
export function evaluate({ own, data }: CompiledFilter, envelope: Envelope): Verdict {
  const work = new Work();
  try {
    const holds = (!own || own(envelope, work)) && (!data || data(envelope, work));
    return { holds, steps: work.steps, isCutShort: false };
  } catch (error) {
    if (isOutOfSteps(error)) return { holds: false, steps: work.steps, isCutShort: true };
    // A faulty filter must not fail the events for other filters.
    return { holds: false, steps: work.steps, isCutShort: false, fault: error };
  }
}

export interface Verdict {
  readonly holds: boolean;
  readonly steps: number;
  /** Whether it took more steps than a filter has. */
  readonly isCutShort: boolean;
  /** An error that was not expected. */
  readonly fault?: unknown;
}

/** Compiles fields of an event. No field of a payload holds when the payload is not JSON. */
export function compileCondition(condition: Condition, engines: Engines): EventTest {
  const test = allOf(
    Object.entries(condition).map(([name, inner]): EventTest => {
      if (name === OR) {
        return anyOf((inner as readonly Condition[]).map((one) => compileCondition(one, engines)));
      }
      const field = compileField(inner as FieldPattern, engines);
      if (name !== 'data') return (envelope, work) => field(envelope[name as keyof Envelope], work);
      return ({ data }, work) => data !== undefined && field(data, work);
    }),
  );
  return test ?? (() => true);
}

export type FieldPattern = readonly Matcher[] | Condition;

/** Whether a payload's value holds; undefined when it is missing. */
type ValueTest = (value: unknown, work: Work) => boolean;

export function compileField(pattern: FieldPattern, engines: Engines): ValueTest {
  if (Array.isArray(pattern)) return ofValues(compileMatchers(pattern, engines));
  const condition = pattern as Condition;
  return canBeAbsent(condition)
    ? compileAbsence(condition, engines)
    : ofObjects(compileFields(condition, engines));
}

function compileFields(condition: Condition, engines: Engines): ObjectTest {
  const test = allOf(
    Object.entries(condition).map(([name, inner]): ObjectTest => {
      if (name === OR) {
        return anyOf((inner as readonly Condition[]).map((one) => compileFields(one, engines)));
      }
      const field = compileField(inner as FieldPattern, engines);
      // Objects from JSON inherit these few names only, and `Object.hasOwn` takes as long as the comparison that
      // follows.
      return name in NO_FIELDS
        ? (object, work) => field(Object.hasOwn(object, name) ? object[name] : undefined, work)
        : (object, work) => field(object[name], work);
    }),
  );
  return test ?? (() => true);
}

type ObjectTest = (object: Readonly<Record<string, unknown>>, work: Work) => boolean;

/** A value that is no object and holds none has none of the fields. */
const NO_FIELDS = {};

const ofObjects =
  (test: ObjectTest): ValueTest =>
  (value, work) => {
    if (!Array.isArray(value)) {
      work.spend(1);
      return test(isObject(value) ? value : NO_FIELDS, work);
    }
    return someElement(
      value,
      (element) => test(isObject(element) ? element : NO_FIELDS, work),
      () => test(NO_FIELDS, work),
      work,
    );
  };

/** Operators test scalars (EventBridge: leaf nodes). An object counts as a missing value. */
const ofValues =
  (test: Test): ValueTest =>
  (value, work) => {
    if (!Array.isArray(value)) {
      work.spend(1);
      return test(isObject(value) ? undefined : (value as Scalar | undefined), work);
    }
    let hasLeaf = false;
    const holds = someElement(
      value,
      (element) => {
        if (isObject(element)) return false;
        hasLeaf = true;
        return test(element as Scalar, work);
      },
      () => false,
      work,
    );
    return holds || (!hasLeaf && test(undefined, work));
  };

type AnyTest<V> = (value: V, work: Work) => boolean;

function allOf<V>(tests: readonly AnyTest<V>[]): AnyTest<V> | undefined {
  if (tests.length < 2) return tests[0];
  return tests.length === 2 ? both(tests[0]!, tests[1]!) : each(tests);
}

// A scope for each of the two: functions of one scope keep all variables that any of them uses.
const both =
  <V>(first: AnyTest<V>, second: AnyTest<V>): AnyTest<V> =>
  (value, work) =>
    first(value, work) && second(value, work);

const each =
  <V>(tests: readonly AnyTest<V>[]): AnyTest<V> =>
  (value, work) =>
    tests.every((test) => test(value, work));

const anyOf =
  <V>(tests: readonly AnyTest<V>[]): AnyTest<V> =>
  (value, work) =>
    tests.some((test) => test(value, work));
