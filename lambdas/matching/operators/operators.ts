import { isObject } from '../../values/json.ts';
import { isScalar, listOf, type Operation, type Scalar } from '../language/condition.ts';
import type { Engines } from '../language/engines.ts';
import type { Problem } from '../language/problem.ts';
import type { Work } from '../language/step-budget.ts';
import { isOneOf } from './equality.ts';
import { numberProblem } from './numbers.ts';
import { numeric } from './numeric.ts';
import type { Operator, Test } from './operator.ts';
import {
  NEGATABLE,
  prefixIgnoringCase,
  suffixIgnoringCase,
  TEXT_OPERATORS,
  type TextOperator,
  type TextTest,
} from './text-operators.ts';

/** Limits of a matcher. The condition's limits apply as well. */
export const MAX_VALUES = 64;
export const MAX_TEXT = 1024;

/** DynamoDB stores no half of a character, and no field without a name. */
export function textProblem(text: string, min: number): string | undefined {
  if (!text.isWellFormed()) return 'expected whole Unicode characters';
  return text.length >= min && text.length <= MAX_TEXT
    ? undefined
    : `expected ${min} to ${MAX_TEXT} characters`;
}

export function scalarProblem(value: unknown): string | undefined {
  if (typeof value === 'string') return textProblem(value, 0);
  if (typeof value === 'number') return numberProblem(value);
  return typeof value === 'boolean' || value === null
    ? undefined
    : 'expected a string, a number, true, false or null';
}

/** An operator that takes one text. */
const ofText = (operator: TextOperator): Operator => ({
  problem: (operand, path, engines) => textOperandProblem(operator, operand, path, engines),
  compile: (text: string, engines) => ofTexts(operator.compile(text, engines)),
});

function textOperandProblem(
  operator: TextOperator,
  operand: unknown,
  path: string,
  engines: Engines,
): Problem | undefined {
  if (typeof operand !== 'string') return { path, message: 'expected a string' };
  const message = operator.problem?.(operand, engines) ?? textProblem(operand, 0);
  return message === undefined ? undefined : { path, message };
}

const ofTexts =
  (test: TextTest): Test =>
  (value, work) =>
    typeof value === 'string' && test(value, work);

const IGNORING = 'equals-ignore-case';

/** Takes a text, or `{"equals-ignore-case": text}`. */
const orIgnoringCase = (exact: TextOperator, ignoring: TextOperator): Operator => ({
  problem(operand, path, engines) {
    if (!isObject(operand)) {
      const problem = textOperandProblem(exact, operand, path, engines);
      return problem && typeof operand !== 'string'
        ? { path, message: `expected a string or {"${IGNORING}": a string}` }
        : problem;
    }
    const inner = onlyMember(operand);
    if (inner?.name !== IGNORING) return { path, message: `expected {"${IGNORING}": a string}` };
    return textOperandProblem(ignoring, inner.value, `${path}.${IGNORING}`, engines);
  },
  compile: (operand: string | Operation, engines) =>
    typeof operand === 'string'
      ? ofTexts(exact.compile(operand, engines))
      : ofTexts(ignoring.compile(operand[IGNORING] as string, engines)),
});

const exists: Operator = {
  problem: (operand, path) =>
    typeof operand === 'boolean' ? undefined : { path, message: 'expected true or false' },
  compile: (wanted: boolean) => (value) => (value !== undefined) === wanted,
};

/** Holds of a value that is there if the operand does not hold of it. */
const anythingBut: Operator = {
  problem(operand, path, engines) {
    if (!isObject(operand)) return valuesProblem(operand, path, scalarProblem);
    const inner = onlyMember(operand);
    if (!inner || !Object.hasOwn(NEGATABLE, inner.name)) {
      const forms = Object.keys(NEGATABLE).join(', ');
      return { path, message: `expected a value, a list of values, or an object of one of ${forms}` };
    }
    const operator = NEGATABLE[inner.name]!;
    return valuesProblem(
      inner.value,
      `${path}.${inner.name}`,
      (text) => textOperandProblem(operator, text, '', engines)?.message,
    );
  },
  compile(operand: Scalar | readonly Scalar[] | Operation, engines) {
    const isExcluded = isObject(operand)
      ? compileNegated(operand, engines)
      : isOneOf(listOf(operand as Scalar | readonly Scalar[]));
    return (value, work) => value !== undefined && !isExcluded(value, work);
  },
};

function compileNegated(operand: Operation, engines: Engines): Test {
  const { name, value } = onlyMember(operand)!;
  const tests = listOf(value as string | readonly string[]).map((text) =>
    NEGATABLE[name]!.compile(text, engines),
  );
  return ofTexts(anyTest(tests));
}

/** What is wrong with one value, or with a list of values. */
function valuesProblem(
  values: unknown,
  path: string,
  problem: (value: unknown) => string | undefined,
): Problem | undefined {
  if (!Array.isArray(values)) {
    const message = problem(values);
    return message === undefined ? undefined : { path, message };
  }
  if (values.length === 0 || values.length > MAX_VALUES) {
    return { path, message: `expected 1 to ${MAX_VALUES} values` };
  }
  for (const [i, value] of values.entries()) {
    const message = problem(value);
    if (message) return { path: `${path}[${i}]`, message };
  }
  return undefined;
}

function onlyMember(object: Operation): { name: string; value: unknown } | undefined {
  const names = Object.keys(object);
  return names.length === 1 ? { name: names[0]!, value: object[names[0]!] } : undefined;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.entries(TEXT_OPERATORS).map(([name, operator]) => [name, ofText(operator)])),
  prefix: orIgnoringCase(TEXT_OPERATORS.prefix!, prefixIgnoringCase),
  suffix: orIgnoringCase(TEXT_OPERATORS.suffix!, suffixIgnoringCase),
  'anything-but': anythingBut,
  numeric,
  exists,
};

export const isOperator = (name: string): boolean => Object.hasOwn(OPERATORS, name);

/** What is wrong with a matcher that is an object, or undefined. */
export function operationProblem(operation: unknown, path: string, engines: Engines): Problem | undefined {
  const member = isObject(operation) ? onlyMember(operation) : undefined;
  if (!member) {
    const message = 'expected a value, or an object of one operator, such as {"prefix": "a"}';
    return { path, message };
  }
  const inner = `${path}.${member.name}`;
  if (Object.hasOwn(OPERATORS, member.name)) {
    return OPERATORS[member.name]!.problem(member.value, inner, engines);
  }
  return { path: inner, message: `unknown operator; expected ${Object.keys(OPERATORS).join(', ')}` };
}

/** Compiles the matchers of a field, one of which must hold. */
export function compileMatchers(matchers: readonly unknown[], engines: Engines): Test {
  const scalars = matchers.filter(isScalar);
  const tests = matchers
    .filter((matcher) => !isScalar(matcher))
    .map((operation) => {
      const { name, value } = onlyMember(operation as Operation)!;
      return OPERATORS[name]!.compile(value as never, engines);
    });
  if (scalars.length > 0) tests.unshift(isOneOf(scalars));
  return anyTest(tests);
}

/** So many tests of a short text take about as long as one step. */
const TESTS_PER_STEP = 4;

function anyTest<V>(
  tests: readonly ((value: V, work: Work) => boolean)[],
): (value: V, work: Work) => boolean {
  if (tests.length === 1) return tests[0]!;
  const steps = Math.floor(tests.length / TESTS_PER_STEP);
  return (value, work) => {
    if (steps > 0) work.spend(steps);
    return tests.some((test) => test(value, work));
  };
}
