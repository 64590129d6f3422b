import {
  type Bound,
  COMPARISONS,
  isObject,
  isScalar,
  NEGATABLE,
  type Scalar,
  TEXT_OPERATORS,
  type Test,
} from './form.ts';
import { readNumber } from './values.ts';

/** A field's list of values and operators, as tests; values beside each other are one test. */
export function testsOf(matchers: readonly unknown[]): readonly Test[] {
  const tests: Test[] = [];
  for (const matcher of matchers) {
    const last = tests.at(-1);
    if (!isScalar(matcher)) tests.push(testOf(matcher as object));
    else if (last?.kind === 'is')
      tests.splice(-1, 1, { kind: 'is', values: [...last.values, matcher as Scalar] });
    else tests.push({ kind: 'is', values: [matcher as Scalar] });
  }
  return tests;
}

function testOf(operation: object): Test {
  const kept: Test = { kind: 'kept', value: operation };
  const members = Object.entries(operation);
  if (members.length !== 1 || Array.isArray(operation)) return kept;
  const [operator, operand] = members[0]!;
  if (operator === 'exists' && typeof operand === 'boolean') return { kind: 'exists', isThere: operand };
  if (operator === 'numeric') return numericOf(operand) ?? kept;
  if (operator === 'anything-but') return notOf(operand) ?? kept;
  return textOf(operator, operand) ?? kept;
}

function textOf(name: string, operand: unknown): Test | undefined {
  const operator = TEXT_OPERATORS.find((each) => each === name);
  if (!operator) return undefined;
  if (typeof operand === 'string') return { kind: 'text', operator, text: operand, isAnyCase: false };
  const text = textIgnoringCase(operand);
  if (text === undefined || !canIgnoreCase(operator)) return undefined;
  return { kind: 'text', operator, text, isAnyCase: true };
}

export const canIgnoreCase = (operator: string): boolean => operator === 'prefix' || operator === 'suffix';

function textIgnoringCase(operand: unknown): string | undefined {
  if (!isObject(operand) || Object.keys(operand).length !== 1) return undefined;
  const text = operand['equals-ignore-case'];
  return typeof text === 'string' ? text : undefined;
}

function numericOf(operand: unknown): Test | undefined {
  if (!Array.isArray(operand)) return undefined;
  const [first, from, second, to] = operand;
  const low = boundOf(first, from);
  if (operand.length === 2 && low) return { kind: 'numeric', bounds: [low] };
  const high = boundOf(second, to);
  return operand.length === 4 && low && high ? { kind: 'numeric', bounds: [low, high] } : undefined;
}

function boundOf(comparison: unknown, number: unknown): Bound | undefined {
  const known = COMPARISONS.find((each) => each === comparison);
  if (!known || typeof number !== 'number') return undefined;
  const text = String(number);
  return readNumber(text) === undefined ? undefined : { comparison: known, number: text };
}

function notOf(operand: unknown): Test | undefined {
  const values = scalarsOf(operand);
  if (values) return { kind: 'not', operator: 'is', values, isList: Array.isArray(operand) };
  if (!isObject(operand)) return undefined;
  const members = Object.entries(operand);
  const operator = NEGATABLE.find((each) => each === members[0]?.[0]);
  const texts = scalarsOf(members[0]?.[1]);
  if (members.length !== 1 || !operator || !texts?.every((text) => typeof text === 'string'))
    return undefined;
  return { kind: 'not', operator, values: texts, isList: Array.isArray(members[0]![1]) };
}

function scalarsOf(operand: unknown): readonly Scalar[] | undefined {
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  return values.length > 0 && values.every(isScalar) ? values : undefined;
}

/** What a test is in the filter: some values, or an operator. Undefined as long as something is missing. */
export function matchersOf(test: Test): readonly unknown[] | undefined {
  switch (test.kind) {
    case 'is':
      return test.values.length > 0 ? test.values : undefined;
    case 'text': {
      if (test.text === undefined) return undefined;
      const operand = test.isAnyCase ? { 'equals-ignore-case': test.text } : test.text;
      return [{ [test.operator]: operand }];
    }
    case 'numeric': {
      const parts = test.bounds.flatMap(({ comparison, number }) => [comparison, readNumber(number)]);
      return parts.includes(undefined) ? undefined : [{ numeric: parts }];
    }
    case 'exists':
      return [{ exists: test.isThere }];
    case 'not': {
      if (test.values.length === 0) return undefined;
      const values = test.isList || test.values.length > 1 ? test.values : test.values[0];
      return [{ 'anything-but': test.operator === 'is' ? values : { [test.operator]: values } }];
    }
    case 'kept':
      return [test.value];
  }
}
