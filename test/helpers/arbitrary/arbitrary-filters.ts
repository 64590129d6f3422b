import fc from 'fast-check';
import type { Condition } from '../../../lambdas/matching/language/condition.ts';
import type { Envelope } from '../../../lambdas/matching/language/envelope.ts';
import type { FilterParts } from '../../../lambdas/matching/language/filter.ts';

/** Filters and events of few names and values, so that many match. */

const NAMES = ['a', 'b', 'c'] as const;
const TEXTS = ['', 'a', 'ab', 'aba', 'Ab', 'abc', 'b*', '10.1.2.3', '10.9.0.1'] as const;

const text = fc.constantFrom(...TEXTS);
const someText = fc.constantFrom(...TEXTS.filter((one) => one !== ''));
const number = fc.constantFrom(-1, 0, 1, 1.5, 2);
const scalar = fc.oneof(text, number, fc.constantFrom(null, true, false));
const wildcard = fc.constantFrom('*', 'a*', '*a', '*b*', 'a*a', '*a*b*', 'a*b*b', 'ab', 'b\\*', '*.*.*.*');
const regex = fc.constantFrom('^a', 'b$', 'a.a', '^$', '\\d+', '[A-Z]', 'x');

const oneOrMore = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof(arbitrary, fc.array(arbitrary, { minLength: 1, maxLength: 3 }));
const member = <T>(name: string, arbitrary: fc.Arbitrary<T>) => arbitrary.map((value) => ({ [name]: value }));

const numeric = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number),
  fc.tuple(
    fc.constantFrom('>', '>='),
    fc.constantFrom(-1, 0),
    fc.constantFrom('<', '<='),
    fc.constantFrom(1, 2),
  ),
);

const operation = fc.oneof(
  member('prefix', fc.oneof(someText, member('equals-ignore-case', someText))),
  member('suffix', fc.oneof(someText, member('equals-ignore-case', someText))),
  member('equals-ignore-case', someText),
  member('wildcard', wildcard),
  member('regex', regex),
  member('cidr', fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '0.0.0.0/0', '10.1.2.2/31')),
  member('numeric', numeric),
  member('exists', fc.boolean()),
  member('anything-but', oneOrMore(scalar)),
  member(
    'anything-but',
    fc.oneof(
      member('prefix', oneOrMore(someText)),
      member('suffix', oneOrMore(someText)),
      member('equals-ignore-case', oneOrMore(someText)),
      member('wildcard', oneOrMore(wildcard)),
      member('regex', oneOrMore(regex)),
    ),
  ),
);

const matchers = (value: fc.Arbitrary<unknown>) =>
  fc.oneof(
    fc.array(value, { minLength: 2, maxLength: 4 }),
    fc.array(fc.oneof(value, operation, operation), { minLength: 1, maxLength: 3 }),
    fc.constantFrom([{ exists: false }], [{ exists: false }, 'a']),
  );

const { fields } = fc.letrec<{ fields: unknown }>((tie) => ({
  fields: fc.dictionary(
    fc.constantFrom(...NAMES),
    fc.oneof(
      // A condition has ten levels at most, of which `data` and each `$or` around it are one.
      { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: matchers(scalar) },
      { weight: 1, arbitrary: tie('fields') },
    ),
    { minKeys: 1, maxKeys: 2 },
  ),
}));

const withOr = <T>(one: fc.Arbitrary<T>, inner: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 4, arbitrary: one },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.option(one, { nil: {} }), fc.array(inner, { minLength: 1, maxLength: 3 }))
        .map(([beside, $or]) => ({ ...beside, $or })),
    },
  );

const data = fc.oneof(matchers(scalar), withOr(fields, withOr(fields, fields)));
const ownField = fc.oneof(
  member('source', matchers(text)),
  member('region', matchers(text)),
  member('priority', fc.constantFrom(['normal'], ['high', 'low'], [{ 'anything-but': 'high' }])),
  member('type', matchers(fc.constantFrom('a', 'a.b', 'b.c'))),
);
const eventFields = fc.oneof(
  { weight: 3, arbitrary: member('data', data) },
  { weight: 1, arbitrary: ownField },
  {
    weight: 1,
    arbitrary: fc.tuple(ownField, member('data', data)).map(([own, other]) => ({ ...own, ...other })),
  },
);

const arbitraryWhere = withOr(eventFields, withOr(eventFields, eventFields)) as fc.Arbitrary<Condition>;

const segment = fc.constantFrom('a', 'b', 'posthorn');
const pattern = fc
  .array(fc.oneof({ weight: 2, arbitrary: segment }, fc.constantFrom('*', '**')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((segments) => segments.join('.'));

const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

export const arbitraryFilter: fc.Arbitrary<FilterParts> = fc.record({
  events: fc.oneof(
    { weight: 3, arbitrary: fc.constant(['**']) },
    { weight: 1, arbitrary: fc.array(pattern, { minLength: 1, maxLength: 3 }) },
  ),
  where: fc.option(arbitraryWhere, { nil: undefined, freq: 10 }),
  jsonpath: rarely(fc.constantFrom('$.data.a', '$.data.b', '$.data[?@ > 0]', '$.data[?@ > -2]')),
  during: rarely(
    fc.constantFrom(
      { timeZone: 'UTC', from: '08:00', to: '16:00' },
      { timeZone: 'UTC', days: ['thu' as const], from: '22:00', to: '06:00' },
    ),
  ),
});

const { payload } = fc.letrec<{ payload: unknown }>((tie) => ({
  payload: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.dictionary(fc.constantFrom(...NAMES), tie('payload'), { maxKeys: 3 }),
    fc.array(tie('payload'), { maxLength: 3 }),
  ),
}));
const objectPayload = fc.dictionary(fc.constantFrom(...NAMES), payload, { minKeys: 1, maxKeys: 3 });

const HOUR = 3_600_000;

/** One in six has a payload that is not JSON. */
export const arbitraryEvent: fc.Arbitrary<Envelope> = fc
  .record({
    type: fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('.')),
    source: fc.option(text, { nil: undefined }),
    region: fc.option(text, { nil: undefined }),
    priority: fc.constantFrom('normal', 'high'),
    hour: fc.nat(48),
    data: fc.oneof(
      { weight: 4, arbitrary: objectPayload },
      { weight: 1, arbitrary: payload },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  })
  .map(({ hour, ...event }) => ({ ...event, at: hour * HOUR }));
