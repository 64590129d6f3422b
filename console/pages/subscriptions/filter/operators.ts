import { type Bound, NEGATABLE, type Scalar, TEXT_OPERATORS, type Test } from './form.ts';
import { canIgnoreCase } from './matchers.ts';
import { valueText } from './values.ts';

/** The choice of operators, as one list. */
export const OPERATORS = {
  is: 'is',
  'not is': 'is not',
  prefix: 'begins with',
  'not prefix': 'does not begin with',
  suffix: 'ends with',
  'not suffix': 'does not end with',
  'equals-ignore-case': 'is, in any case',
  'not equals-ignore-case': 'is not, in any case',
  wildcard: 'is like',
  'not wildcard': 'is not like',
  regex: 'matches',
  'not regex': 'does not match',
  numeric: 'is a number',
  range: 'is a number in',
  exists: 'is there',
  absent: 'is left out',
  cidr: 'is an address in',
} as const;
export type OperatorName = keyof typeof OPERATORS;

export function operatorOf(test: Test): OperatorName | undefined {
  switch (test.kind) {
    case 'is':
      return 'is';
    case 'numeric':
      return test.bounds.length === 2 ? 'range' : 'numeric';
    case 'text':
      return test.operator;
    case 'exists':
      return test.isThere ? 'exists' : 'absent';
    case 'not':
      return `not ${test.operator}`;
    case 'kept':
      return undefined;
  }
}

/** Another operator of what was typed, as far as it can hold it. */
export function withOperator(test: Test, name: OperatorName): Test {
  const values = valuesOf(test);
  if (name === 'is') return { kind: 'is', values };
  if (name === 'exists' || name === 'absent') return { kind: 'exists', isThere: name === 'exists' };
  if (name === 'numeric' || name === 'range') return { kind: 'numeric', bounds: boundsOf(test, name) };
  const text = TEXT_OPERATORS.find((each) => each === name);
  const texts = values.map((value) => (typeof value === 'string' ? value : valueText(value)));
  if (text) {
    const isAnyCase = test.kind === 'text' && test.isAnyCase && canIgnoreCase(text);
    return { kind: 'text', operator: text, text: texts[0], isAnyCase };
  }
  const operator = NEGATABLE.find((each) => name === `not ${each}`);
  return operator
    ? { kind: 'not', operator, values: texts, isList: texts.length > 1 }
    : { kind: 'not', operator: 'is', values, isList: values.length > 1 };
}

function boundsOf(test: Test, name: 'numeric' | 'range'): readonly [Bound] | readonly [Bound, Bound] {
  const number = valuesOf(test).find((value) => typeof value === 'number');
  const typed: Bound = { comparison: '>', number: number === undefined ? '' : String(number) };
  const [low = typed, high] = test.kind === 'numeric' ? test.bounds : [];
  if (name === 'numeric') return [low];
  const isLower = low.comparison === '>' || low.comparison === '>=';
  return [isLower ? low : { ...low, comparison: '>=' }, high ?? { comparison: '<', number: '' }];
}

function valuesOf(test: Test): readonly Scalar[] {
  switch (test.kind) {
    case 'is':
    case 'not':
      return test.values;
    case 'text':
      return test.text === undefined ? [] : [test.text];
    case 'numeric':
      return test.bounds.flatMap(({ number }) => (number === '' ? [] : [Number(number)]));
    default:
      return [];
  }
}

/** What is typed for an operator, by an example. */
export const EXAMPLES: Readonly<Partial<Record<OperatorName, string>>> = {
  is: 'ERROR, 42, true, null',
  'not is': 'DEBUG',
  prefix: 'payment-',
  suffix: '.png',
  'equals-ignore-case': 'error',
  wildcard: 'eu-*-prod',
  regex: '^payment-(service|gateway)$',
  cidr: '10.0.0.0/8',
};
