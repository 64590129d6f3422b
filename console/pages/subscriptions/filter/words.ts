import { fieldText } from './field-path.ts';
import { DAYS, type Hours, isObject, type Negatable, type Test, type TextOperator } from './form.ts';
import { duringOf } from './hours.ts';
import { testsOf } from './matchers.ts';

/** Filters in words, as a person reads them. */

const TEXTS: Readonly<Record<TextOperator, string>> = {
  prefix: 'begins with',
  suffix: 'ends with',
  'equals-ignore-case': 'is in any case',
  wildcard: 'is like',
  regex: 'matches',
  cidr: 'is an address in',
};

const NOTS: Readonly<Record<'is' | Negatable, string>> = {
  is: 'is not',
  prefix: 'does not begin with',
  suffix: 'does not end with',
  'equals-ignore-case': 'is not in any case',
  wildcard: 'is not like',
  regex: 'does not match',
};

const quoted = (text: unknown): string => JSON.stringify(text);

function testWords(test: Test): string {
  switch (test.kind) {
    case 'is':
      return `is ${test.values.map(quoted).join(' or ')}`;
    case 'text':
      return `${TEXTS[test.operator]} ${quoted(test.text ?? '')}${test.isAnyCase ? ' in any case' : ''}`;
    case 'numeric':
      return `is ${test.bounds.map(({ comparison, number }) => `${comparison} ${number}`).join(' and ')}`;
    case 'exists':
      return test.isThere ? 'is there' : 'is left out';
    case 'not':
      return `${NOTS[test.operator]} ${test.values.map(quoted).join(' or ')}`;
    case 'kept':
      return quoted(test.value);
  }
}

/** A condition, a line for each field. */
export function conditionLines(where: unknown, around: readonly string[] = []): readonly string[] {
  if (!isObject(where)) return [`${fieldText(around)} ${quoted(where)}`];
  return Object.entries(where).flatMap(([name, inner]) => {
    const path = [...around, name];
    if (name === '$or' && Array.isArray(inner)) return [alternativesText(inner, around)];
    if (Array.isArray(inner)) return [`${fieldText(path)} ${testsOf(inner).map(testWords).join(' or ')}`];
    return conditionLines(inner, path);
  });
}

/** Alternatives in one line. @param around the path of the object that they stand in */
const alternativesText = (alternatives: readonly unknown[], around: readonly string[]): string =>
  alternatives.map((one) => `(${conditionLines(one, around).join(' and ')})`).join(' or ');

const DAY_WORDS = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
} as const;

/** `Mon–Fri 09:00–17:00 in Europe/Berlin`, a line for each span. */
export function duringLines(during: unknown): readonly string[] {
  return (Array.isArray(during) ? during : [during]).map((span: unknown) => {
    if (!isObject(span)) return quoted(span);
    const { days, from = '00:00', to = '24:00', timeZone } = span;
    const when = from === '00:00' && to === '24:00' ? 'all day' : `${from}–${to}`;
    return `${daysText(days)} ${when} in ${timeZone}`;
  });
}

export function hoursLines(hours: Hours): readonly string[] {
  const during = duringOf(hours);
  return during === undefined ? [] : duringLines(during);
}

function daysText(days: unknown): string {
  if (!Array.isArray(days) || days.length === DAYS.length) return 'Every day';
  const places = DAYS.flatMap((day, i) => (days.includes(day) ? [i] : []));
  const [first, last] = [places[0]!, places.at(-1)!];
  const isRun = places.length > 2 && last - first === places.length - 1;
  const words = places.map((i) => DAY_WORDS[DAYS[i]!]);
  return isRun ? `${words[0]}–${words.at(-1)}` : words.join(', ');
}

interface Parts {
  readonly events: readonly string[];
  readonly where?: unknown;
  readonly jsonpath?: string | undefined;
  readonly during?: unknown;
}

/** A filter in some lines. */
export function filterLines({ events, where, jsonpath, during }: Parts): readonly string[] {
  return [
    events.join(' or '),
    ...(where === undefined ? [] : conditionLines(where)),
    ...(jsonpath === undefined ? [] : [`${jsonpath} selects something`]),
    ...(during === undefined ? [] : duringLines(during)),
  ];
}
