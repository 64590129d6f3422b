import { typeMatcher } from '../../lambdas/events/type-index.ts';
import { compileFilter, evaluate } from '../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../lambdas/matching/index/all-engines.ts';
import type { Condition } from '../../lambdas/matching/language/condition.ts';
import type { Envelope } from '../../lambdas/matching/language/envelope.ts';
import type { FilterParts } from '../../lambdas/matching/language/filter.ts';
import { DAYS, type Span } from '../../lambdas/matching/language/time-windows.ts';
import {
  ACTIONS,
  AREA_NAMES,
  BUSY_CAMPAIGN,
  COUNTS,
  campaignId,
  customerId,
  EVENT_AREAS,
  type Random,
  sku,
  storeId,
  TYPES,
  VALUES,
} from './matching-events.ts';

/**
 * Filters of a tenant with many subscriptions, one for each subscription.
 *
 * - Of ten, one has a regular expression, one a JSONPath query, one a numeric range, one a wildcard. A share of those,
 *   `alone`, has no other condition, so that the index has no equal value to find them by; the others ask for a
 *   customer as well. Six are equality in one to three fields.
 * - Event types: of ten filters, seven have one pattern and three have three. Of a hundred patterns, 70 are a type of
 *   the catalogue of 240, 15 `area.thing.*`, 8 `area.**`, 5 `**.action`, 2 `**`.
 * - One of twenty also has a `during`.
 *
 * Values are drawn from the same sets as those of the events. A condition that matches one of the events is drawn again
 * with the same event types, so that only the intended filters match.
 */
export const KINDS = [
  'equality',
  'regex',
  'equality',
  'jsonpath',
  'equality',
  'numeric',
  'equality',
  'wildcard',
  'equality',
  'equality',
] as const;
export type Kind = (typeof KINDS)[number];

type Conditions = Pick<FilterParts, 'where' | 'jsonpath'>;

/** Draws filters that match none of the events. @param i decides the kind */
export function strangersTo(
  events: readonly Envelope[],
  alone: number,
  random: Random,
): (i: number) => FilterParts {
  const fitting = fittingEvents(events);
  return (i) => {
    const patterns = Array.from({ length: random.chance(0.7) ? 1 : 3 }, () => drawPattern(random));
    const concerned = [...new Set(patterns.flatMap(fitting))];
    const isAlone = random.chance(alone);
    const during = random.chance(0.05) ? drawSpan(random) : undefined;
    for (let draws = 0; draws < 10_000; draws++) {
      const kind = KINDS[i % KINDS.length]!;
      const drawn = CONDITIONS[kind](random);
      const conditions = kind === 'equality' || isAlone ? drawn : withCustomer(drawn, random);
      const filter = { events: patterns, ...conditions, ...(during && { during }) };
      const compiled = compileFilter(filter, ENGINES);
      if (!concerned.some((event) => evaluate(compiled, event).holds)) return filter;
    }
    throw new Error(`expected a condition that holds of no event of ${patterns}`);
  };
}

/** Events by pattern, cached, since most patterns repeat. */
function fittingEvents(events: readonly Envelope[]): (pattern: string) => readonly Envelope[] {
  const known = new Map<string, readonly Envelope[]>();
  return (pattern) => {
    const before = known.get(pattern);
    if (before) return before;
    const fits = typeMatcher([pattern]);
    const fitting = events.filter(({ type }) => fits(type));
    known.set(pattern, fitting);
    return fitting;
  };
}

function drawPattern(random: Random): string {
  const type = random.oneOf(TYPES);
  const percent = random.below(100);
  if (percent < 70) return type;
  if (percent < 85) return type.replace(/\w+$/, '*');
  if (percent < 93) return `${random.oneOf(AREA_NAMES)}.**`;
  return percent < 98 ? `**.${random.oneOf(ACTIONS)}` : '**';
}

const drawSpan = (random: Random): Span => ({
  days: random.chance(0.5) ? DAYS.slice(0, 5) : DAYS,
  from: `0${6 + random.below(4)}:00`,
  to: `${16 + random.below(6)}:30`,
  timeZone: random.oneOf(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney']),
});

const CONDITIONS: Readonly<Record<Kind, (random: Random) => Conditions>> = {
  equality: (random) => ({ where: drawEqualities(random) }),
  regex: (random) => ({
    where: {
      data: random.oneOf([
        { request: { path: [{ regex: `^/v2/stores/${random.below(COUNTS.stores)}/orders/[0-9a-f]+$` }] } },
        { request: { host: [{ regex: `-(1|2)-${random.below(COUNTS.hosts)}\\.example\\.(net|org)$` }] } },
        { message: [{ regex: `node ${random.below(COUNTS.hosts)} after [3-9]\\d{3} ?ms` }] },
        { message: [{ regex: `(?i)TIMEOUT|refused by node ${random.below(COUNTS.hosts)}\\b` }] },
      ]),
    },
  }),
  wildcard: (random) => ({
    where: {
      data: random.oneOf([
        { request: { path: [{ wildcard: `/v2/stores/${random.below(COUNTS.stores)}/*` }] } },
        { request: { host: [{ wildcard: `api-*-${random.below(COUNTS.hosts)}.example.net` }] } },
        { customer: { email: [{ wildcard: `*@mail${random.below(COUNTS.hosts)}.*` }] } },
        { message: [{ wildcard: `* node ${random.below(COUNTS.hosts)} after *` }] },
      ]),
    },
  }),
  numeric: (random) => ({
    where: {
      data: random.oneOf([
        { amount: [{ numeric: ['>', Math.round(10 ** (3 + 4 * random.next()))] }] },
        { durationMs: [{ numeric: ['>=', Math.round(10 ** (3 + 2 * random.next()))] }] },
        { amount: [{ numeric: tenPercentFrom(Math.round(10 ** (2 + 4 * random.next()))) }] },
      ]),
    },
  }),
  jsonpath(random) {
    const item = sku(random.below(COUNTS.products));
    const queries = [
      `$[?@.amount > ${Math.round(10 ** (3 + 4 * random.next()))}]`,
      `$.data.items[?@.sku == '${item}']`,
      `$.data.items[?@.price > 900 && @.sku == '${item}']`,
      `$.data[?@.country == '${random.oneOf(VALUES.country)}' && @.email == 'a@mail.example']`,
      `$..items[?@.quantity > 8 && @.sku == '${item}']`,
    ];
    return { jsonpath: random.oneOf(queries) };
  },
};

const tenPercentFrom = (from: number) => ['>=', from, '<', from * 1.1];

const withCustomer = ({ where, jsonpath }: Conditions, random: Random): Conditions => {
  const customer = { data: { customer: { id: [customerId(random.below(COUNTS.customers))] } } };
  return { where: merge(where ?? {}, customer), ...(jsonpath !== undefined && { jsonpath }) };
};

type Fields = { [field: string]: unknown };

/** One to three of eight fields, selective and unselective ones with equal chance. */
function drawEqualities(random: Random): Condition {
  const some = <T>(draw: () => T): T[] => (random.chance(0.8) ? [draw()] : [draw(), draw(), draw()]);
  const draws: readonly (() => Fields)[] = [
    () => ({ source: some(() => random.oneOf(VALUES.source)) }),
    () => ({ region: some(() => random.oneOf(VALUES.region)) }),
    () => ({ data: { level: some(() => random.oneOf(VALUES.level)) } }),
    () => ({ data: { status: some(() => random.oneOf(VALUES.status)) } }),
    () => ({ data: { store: some(() => storeId(random.below(COUNTS.stores))) } }),
    () => ({ data: { campaign: { id: some(() => campaignId(random.below(COUNTS.campaigns))) } } }),
    () => ({ data: { customer: { id: some(() => customerId(random.below(COUNTS.customers))) } } }),
    () => ({ data: { customer: { country: some(() => random.oneOf(VALUES.country)) } } }),
  ];
  return Array.from({ length: 1 + random.below(3) }, () => random.oneOf(draws)()).reduce(
    merge,
    {},
  ) as Condition;
}

function merge(left: Fields, right: Fields): Condition {
  const merged = { ...left };
  for (const [name, inner] of Object.entries(right)) {
    const known = merged[name];
    merged[name] = known && !Array.isArray(known) ? merge(known as Fields, inner as Fields) : inner;
  }
  return merged as Condition;
}

/** A filter that matches all events, found by their campaign. @param i decides the kind */
export const friendOfAll = (i: number): FilterParts => {
  const { where, ...rest } = HOLDING[KINDS[i % KINDS.length]!];
  return {
    events: EVENT_AREAS.map((area) => `${area}.**`),
    where: { data: { campaign: { id: [BUSY_CAMPAIGN] }, ...where } },
    ...rest,
  };
};

const HOLDING: Readonly<Record<Kind, { where?: Condition; jsonpath?: string }>> = {
  equality: {},
  regex: { where: { message: [{ regex: 'node \\d+ after' }] } },
  wildcard: { where: { request: { path: [{ wildcard: '/v2/*/orders/*' }] } } },
  numeric: { where: { amount: [{ numeric: ['>=', 0] }] } },
  jsonpath: { jsonpath: '$.data[?@.plan]' },
};
