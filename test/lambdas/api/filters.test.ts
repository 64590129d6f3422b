import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterRoutes, filterSettings } from '../../../lambdas/api/filters.ts';
import { openApiDocument } from '../../../lambdas/api/openapi.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import { choose, patchable } from '../../../lambdas/api/subscription-schemas.ts';
import { keptPattern } from '../../../lambdas/events/event-type.ts';
import { checked } from '../../../lambdas/manage/request.ts';
import { mismatchView } from '../../../lambdas/manage/views.ts';
import { explainMismatch } from '../../../lambdas/matching/filters/explain.ts';
import { whereOf } from '../../../lambdas/matching/filters/short-form.ts';
import { triedConditions } from '../../../lambdas/matching/filters/tried-conditions.ts';
import { ENGINES } from '../../../lambdas/matching/index/all-engines.ts';
import { arbitraryFilter } from '../../helpers/arbitrary/arbitrary-filters.ts';
import { type Document, schemasOf } from '../../helpers/fuzz/openapi.ts';
import { runs } from '../../helpers/runs.ts';

/** Field and message of the refusal; undefined when the body is taken. */
function refusal(schema: Parameters<typeof checked>[0], body: unknown) {
  try {
    checked(schema, body);
    return undefined;
  } catch (error) {
    const { field, message } = error as { field?: string; message: string };
    return [field, message];
  }
}

/** What is wrong with a part of a filter, and what the error says, where its words matter. */
const WRONG: [part: object, field: string, message: string | RegExp][] = [
  [{ where: 'x' }, 'where', 'expected an object of fields'],
  [{ where: { level: ['x'] } }, 'where.level', /^unknown field; expected type, source, .*data, or \$or$/],
  [{ where: { source: 'x' } }, 'where.source', /^expected a list of values/],
  [{ where: { data: { level: 'x' } } }, 'where.data.level', /^expected a list of values or an object/],
  [
    { where: { data: { a: [{ prefx: 'x' }] } } },
    'where.data.a[0].prefx',
    /^unknown operator; expected prefix/,
  ],
  [{ where: { data: { a: ['x', {}] } } }, 'where.data.a[1]', /such as \{"prefix": "a"\}$/],
  [
    { where: { data: { a: [{ prefix: 'x', suffix: 'y' }] } } },
    'where.data.a[0]',
    /an object of one operator/,
  ],
  [
    { where: { data: { level: [{ 'anything-but': { prefix: 1 } }] } } },
    'where.data.level[0].anything-but.prefix',
    'expected a string',
  ],
  [
    { where: { data: { level: [{ 'anything-but': { prefix: ['a', 1] } }] } } },
    'where.data.level[0].anything-but.prefix[1]',
    'expected a string',
  ],
  [{ where: { data: { a: [{ numeric: ['>', '1'] }] } } }, 'where.data.a[0].numeric[1]', /^expected a number/],
  [
    { where: { data: { a: [{ regex: '(?=a)' }] } } },
    'where.data.a[0].regex',
    /^expected a regular expression/,
  ],
  [{ where: { $or: [{ source: ['a'] }, { data: { a: 1 } }] } }, 'where.$or[1].data.a', /^expected a list/],
  [{ jsonpath: 'amount' }, 'jsonpath', 'expected a query that begins with $'],
  [{ jsonpath: '$[?@.a ~ 1]' }, 'jsonpath', /^expected a query as RFC 9535 has them/],
  [{ jsonpath: 5 }, 'jsonpath', 'expected a string, got a number'],
  [{ during: 'always' }, 'during', /^expected a span \{.*\}, or a list of 1 to 10$/],
  [{ during: {} }, 'during.timeZone', 'expected this field, which is missing'],
  [{ during: { timeZone: 'CET/Mars' } }, 'during.timeZone', /^expected a time zone of IANA/],
  [{ during: { timeZone: 'UTC', from: '9:00' } }, 'during.from', /^expected a time of day .* such as 09:30$/],
  [{ during: { timeZone: 'UTC', from: '09:00', to: '09:00' } }, 'during.to', /^expected to end at another/],
  [{ during: { timeZone: 'UTC', days: ['monday'] } }, 'during.days[0]', /^expected one of mon, tue/],
  [{ during: { timeZone: 'UTC', day: 'mon' } }, 'during.day', 'unknown field; did you mean days?'],
  [{ during: [] }, 'during', 'expected at least 1 entry'],
  [
    { during: [{ timeZone: 'UTC' }, { timeZone: 'UTC', days: ['x'] }] },
    'during[1].days[0]',
    /^expected one of/,
  ],
  [{ during: [{ timeZone: 'UTC' }, 'x'] }, 'during[1]', 'expected an object, got a string'],
];

const url = 'https://example.com/hook';
const fieldsOf = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, value]));

const said = (message: string | RegExp) =>
  typeof message === 'string' ? message : expect.stringMatching(message);

describe('what is wrong with a filter (A3, A5, A6, D8)', () => {
  it.each(WRONG)('%j is told at %s, in each form that a filter is written in', (part, field, message) => {
    const parts = { events: ['a'], ...part };
    const event = { type: 'a', data: {} };
    const test = { filter: parts, event };
    const composed = { target: { url }, filter: parts };
    expect(refusal(filterSettings, parts)).toEqual([field, said(message)]);
    expect(refusal(choose({ url, ...parts }), { url, ...parts })).toEqual([field, said(message)]);
    expect(refusal(choose(composed), composed)).toEqual([`filter.${field}`, said(message)]);
    expect(refusal(filterRoutes.testFilter.body.choose(test), test)).toEqual([
      `filter.${field}`,
      said(message),
    ]);
  });

  it.each<[unknown, string, string]>([
    [{}, 'filter.events', 'expected this field, which is missing'],
    [{ id: 5 }, 'filter.id', 'expected a string, got a number'],
    [{ id: 'flt_1', events: ['a'] }, 'filter.events', 'unknown field'],
    [{ events: ['a'], wher: {} }, 'filter.wher', 'unknown field; did you mean where?'],
    ['x', 'filter', 'expected an object, got a string'],
  ])('tried as %j is told at %s', (filter, field, message) => {
    const body = { filter, event: { type: 'a', data: 1 } };
    expect(refusal(filterRoutes.testFilter.body.choose(body), body)).toEqual([field, message]);
  });

  it.each<[unknown, string, string | RegExp]>([
    ['x', 'filters', 'expected an object of fields'],
    [{ level: { regex: 1 } }, 'filters.level.regex', 'expected a string'],
    [{ level: [{ regex: '(' }] }, 'filters.level[0].regex', /^expected a regular expression/],
    [{ source: [{ prefix: 'a' }, 7] }, 'filters.source[1]', /^expected a string/],
    [{ level: [] }, 'filters.level', 'expected 1 to 64 values'],
    [{ amount: { numeric: ['>'] } }, 'filters.amount.numeric', /^expected \[comparison, number\]/],
    [{ user: { plan: 'pro' } }, 'filters.user.plan', /^unknown operator/],
    [{ $or: [{ a: [1] }] }, 'filters.$or', /^expected the name of a field/],
    [fieldsOf(201, 1), 'filters', 'expected at most 200 fields'],
    [fieldsOf(10, 'x'.repeat(1000)), 'filters', /^expected at most 8192 characters/],
  ])('in the short form is told in its own words, %#', (filters, field, message) => {
    const body = { url, events: ['a'], filters };
    expect(refusal(choose(body), body)).toEqual([field, said(message)]);
  });

  it('is told once when it is written long and short', () => {
    const body = { url, events: ['a'], filters: { a: 1 }, where: { data: { a: [1] } } };
    const problem = ['filters', 'expected either where or filters'];
    expect(refusal(choose(body), body)).toEqual(problem);
    expect(refusal(patchable, { ...body, targetId: 'tgt_1', filterId: 'flt_1' })).toEqual(problem);
  });
});

describe('a filter that is tried (A2, A5, A6)', () => {
  const { examples } = filterRoutes.testFilter.body;
  const answers = filterRoutes.testFilter.answers[200].examples;

  it.each(Object.keys(examples) as (keyof typeof examples)[])('%s answers as documented', (name) => {
    const { filter, event, explain } = checked(filterRoutes.testFilter.body.schema, examples[name]);
    if ('id' in filter) throw new Error('expected a filter that is written out');
    const { at = '2026-11-22T12:00:00Z', ...rest } = event;
    const parts = { ...filter, where: whereOf(filter) };
    const envelope = { ...rest, at: Date.parse(at) };
    const mismatch = explainMismatch(parts, envelope, ENGINES);
    const answer = {
      ...(mismatch ? { matches: false, reason: mismatchView(mismatch) } : { matches: true }),
      ...(explain && { conditions: triedConditions(parts, envelope, ENGINES) }),
    };
    expect(answer).toEqual(answers[name]);
  });
});

describe('the documentation of conditions (C7)', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument(ROUTES, { version: '1.2.3' }))) as Document;
  const describes = schemasOf(document)('components', 'schemas', 'NewFilter');

  it('describes each that is taken, which is kept as it was written', () => {
    fc.assert(
      fc.property(arbitraryFilter, (written) => {
        fc.pre(refusal(filterSettings, written) === undefined);
        const events = written.events.map(keptPattern);
        expect(checked(filterSettings, written)).toEqual({ ...written, events });
        // As it comes in: JSON.
        describes(JSON.parse(JSON.stringify(written)));
        expect(describes.errors).toBeNull();
      }),
      { numRuns: runs(300) },
    );
  });

  it('describes none of what is mostly got wrong', () => {
    const where = [
      { level: ['ERROR'] },
      { source: 'shop' },
      { data: { level: 'ERROR' } },
      { data: [{ prefx: 'a' }] },
    ];
    for (const one of where)
      expect(describes({ events: ['a'], where: one }), JSON.stringify(one)).toBe(false);
  });
});
