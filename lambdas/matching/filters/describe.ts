import { isObject } from '../../values/json.ts';
import { isScalar, type Matcher, type Operation } from '../language/condition.ts';
import { MAX_LENGTH, shortened } from '../language/shortened.ts';
import { clockTime, type Span } from '../language/time-windows.ts';

/** Parts of filters and payloads in words, to stand behind "expected … to be" and "got". */

const inQuotes = (text: unknown): string => JSON.stringify(text);

const IGNORING = 'equals-ignore-case';

/** What an operator requires of a value. The operand has been checked. */
const OPERATORS: Readonly<Record<string, (operand: unknown) => string>> = {
  prefix: (operand) => `a text that begins with ${describeText(operand)}`,
  suffix: (operand) => `a text that ends with ${describeText(operand)}`,
  [IGNORING]: (operand) => describeText({ [IGNORING]: operand }),
  wildcard: (operand) => `a text like ${inQuotes(operand)}`,
  regex: (operand) => `a text that the expression ${inQuotes(operand)} finds`,
  cidr: (operand) => `an address in ${String(operand)}`,
  numeric: (operand) => `a number ${describeNumeric(operand as readonly unknown[])}`,
  exists: (operand) => (operand ? 'there' : 'left out'),
  'anything-but': (operand) => `there, and not ${describeExcluded(operand)}`,
};

const describeText = (operand: unknown): string =>
  isObject(operand) ? `${inQuotes(operand[IGNORING])} in any case` : inQuotes(operand);

const describeNumeric = ([first, from, second, to]: readonly unknown[]): string =>
  second === undefined
    ? `${String(first)} ${String(from)}`
    : `${String(first)} ${String(from)} and ${String(second)} ${String(to)}`;

function describeExcluded(operand: unknown): string {
  if (!isObject(operand)) return [operand].flat().map(inQuotes).join(' or ');
  const [[name, texts]] = Object.entries(operand) as [[string, unknown]];
  return [texts]
    .flat()
    .map((text) => OPERATORS[name]!(text))
    .join(' or ');
}

function describeOperation(operation: Operation): string {
  const [[name, operand]] = Object.entries(operation) as [[string, unknown]];
  return OPERATORS[name]!(operand);
}

/** What a list of matchers requires of a value. */
export function describeMatchers(matchers: readonly Matcher[]): string {
  const values = matchers.filter(isScalar).map(inQuotes);
  const operations = matchers.filter((matcher) => !isScalar(matcher)) as readonly Operation[];
  const oneOf = values.length > 0 ? [`one of ${values.join(', ')}`] : [];
  return shortened([...oneOf, ...operations.map(describeOperation)].join(', or '));
}

/** A payload's value that was found instead of the expected one. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty array' : `an array of ${value.length}, none of which fits`;
  }
  if (isObject(value)) return 'an object';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number beyond all that can be kept';
  return typeof value === 'string'
    ? shortened(inQuotes(value.slice(0, MAX_LENGTH)), value.length > MAX_LENGTH)
    : inQuotes(value);
}

export const describeSpans = (spans: readonly Span[]): string =>
  shortened(
    spans
      .map(({ days, from = '00:00', to = '24:00', timeZone }) =>
        [days?.join(', ') ?? 'every day', `from ${from} to ${to}`, `in ${timeZone}`].join(' '),
      )
      .join(', or '),
  );

/** A time in the time zone of the spans. */
export function describeTime(spans: readonly Span[], at: number): string {
  const zones = new Set(spans.map(({ timeZone }) => timeZone));
  return shortened([...zones].map((timeZone) => `${clockTime(timeZone, at)} in ${timeZone}`).join(', '));
}
