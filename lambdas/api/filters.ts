import * as z from 'zod';
import { PRIORITIES } from '../events/event-meta.ts';
import { ENGINES } from '../matching/index/all-engines.ts';
import type { FilterParts } from '../matching/language/filter.ts';
import { DAYS, spanProblem, TIME_OF_DAY, timeZoneProblem } from '../matching/language/time-windows.ts';
import { isObject } from '../values/json.ts';
import { filters, where, withOneCondition } from './condition-schemas.ts';
import { listAnswer, listQuery } from './lists.ts';
import { QUERY, TIME_ZONE } from './patterns.ts';
import { route } from './route.ts';
import {
  description,
  eventPatterns,
  eventType,
  madeWith,
  metadata,
  name,
  pageOf,
  patchOf,
  region,
  text,
  time,
  times,
} from './schemas.ts';

const jsonpath = text(ENGINES.jsonpathProblem, 1024, QUERY).meta({
  description:
    'A query (RFC 9535) that has to select something in the event: an object of `type`, `source`, `region`, `priority` and `data`.',
  examples: ['$[?@.metadata.amount > 1000]', '$.data.items[?@.price > 100]', '$.data.response_ms'],
});

const BEGIN = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const timeOfDay = (pattern: RegExp, expected: string, example: string) =>
  z
    .string()
    .regex(pattern, `expected a time of day ${expected}`)
    .optional()
    .meta({ examples: [example] });

const businessHours = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  timeZone: 'Europe/Berlin',
};

const span = z
  .strictObject({
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .max(DAYS.length)
      .optional()
      .meta({ description: 'On which it begins; every day when left out.' }),
    from: timeOfDay(BEGIN, 'from 00:00 to 23:59, such as 09:30', '09:00').meta({
      description: 'The first minute; 00:00 when left out.',
    }),
    to: timeOfDay(TIME_OF_DAY, 'from 00:00 to 24:00, such as 17:30', '17:00').meta({
      description:
        'The first minute after it; 24:00 when left out. Earlier than `from`, it is of the next day.',
    }),
    timeZone: text(timeZoneProblem, 64, TIME_ZONE).meta({
      description: 'A name of the IANA time zone database.',
      examples: ['Europe/Berlin'],
    }),
  })
  .superRefine((value, context) => {
    const message = spanProblem(value);
    if (message) context.addIssue({ code: 'custom', message, path: ['to'] });
  })
  .meta({
    id: 'Span',
    description: 'A span of each of some days, by the clocks of a place.',
    examples: [businessHours, { from: '22:00', to: '06:00', timeZone: 'America/New_York' }],
  });

const MAX_SPANS = 10;

const during: z.ZodType<NonNullable<FilterParts['during']>> = z
  .union([span, z.array(span).min(1).max(MAX_SPANS)], {
    error: `expected a span {"days"?, "from"?, "to"?, "timeZone"}, or a list of 1 to ${MAX_SPANS}`,
  })
  .meta({ description: 'When the event must have been accepted; one span of several is enough.' });

export const filterFields = {
  events: eventPatterns.meta({ description: 'Event types or patterns; any is enough.' }),
  where: where.optional(),
  jsonpath: jsonpath.optional(),
  during: during.optional(),
};

/** What can be written of them: the condition in either form. */
export const writtenFields = { ...filterFields, filters: filters.optional() };

const notes = { name: name.optional(), description: description.optional(), metadata: metadata.optional() };

/** A filter as it is written. */
export const filterSettings = withOneCondition(
  z.strictObject({
    ...writtenFields,
    ...notes,
    active: z.boolean().optional().meta({ description: 'Whether it matches anything; true when left out.' }),
  }),
).meta({ id: 'NewFilter' });
export type FilterSettings = z.infer<typeof filterSettings>;

const filter = z
  .object({ id: z.string(), ...filterFields, ...notes, active: z.boolean(), ...madeWith, ...times })
  .meta({ id: 'Filter' });
export type FilterView = z.input<typeof filter>;

export const exampleFilter = {
  events: ['payment.**'],
  where: { source: ['payment-service'], data: { level: ['ERROR'] } },
};
const shownExample = {
  id: 'flt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ...exampleFilter,
  active: true,
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
};

const base = { function: 'manage', tag: 'Filters' } as const;
const one = { 200: { description: 'The filter.', schema: filter, example: shownExample } } as const;

/** A filter to be tried: one that is there, or one that is written for it. */
export const namedFilter = z.strictObject({ id: z.string() });

export const isNamed = (body: unknown): boolean =>
  isObject(body) && isObject(body.filter) && Object.hasOwn(body.filter, 'id');

const testOf = <F extends z.ZodType>(tried: F) =>
  z.strictObject({
    filter: tried,
    event: z.strictObject({
      type: eventType,
      data: z.unknown().optional().meta({ description: 'The payload; left out for one that is not JSON.' }),
      source: z.string().max(4096).optional(),
      region: region.optional(),
      priority: z.enum(PRIORITIES).optional(),
      at: time.optional().meta({ description: 'When it is accepted; now when left out.' }),
    }),
    explain: z
      .boolean()
      .optional()
      .meta({ description: 'Whether the answer has each condition of the filter, with what was found.' }),
  });

export const payment = {
  type: 'payment.failed',
  source: 'payment-service',
  data: { level: 'INFO', amount: 20 },
};

const testExamples = {
  'by what is in it': { filter: exampleFilter, event: payment },
  'by its type': { filter: { events: ['order.**'] }, event: payment },
  'in the short form': { filter: { events: ['payment.**'], filters: { amount: 20 } }, event: payment },
  'by a query': { filter: { events: ['payment.**'], jsonpath: '$.data[?@ > 1000]' }, event: payment },
  'by the time': {
    filter: { events: ['payment.**'], during: businessHours },
    event: { ...payment, at: '2026-11-23T07:30:00Z' },
  },
  'that matches': { filter: { events: ['payment.*'] }, event: payment },
  'with each condition': {
    filter: { events: ['payment.*'], filters: { amount: 20 } },
    event: payment,
    explain: true,
  },
};

/** Why a filter does not match. */
export const mismatch = z
  .object({
    part: z.enum(['events', 'where', 'jsonpath', 'during']),
    path: z.string().optional().meta({ description: 'The condition that does not hold.' }),
    expected: z.string(),
    got: z.string(),
    message: z.string(),
  })
  .meta({ id: 'Mismatch' });

const triedCondition = mismatch
  .omit({ message: true })
  .extend({
    path: z.string().meta({
      description: 'The field; of an alternative, `$or[0].data.level`. One alternative of a `$or` is enough.',
    }),
    holds: z.boolean(),
  })
  .meta({ id: 'TriedCondition' });

const testResult = z
  .object({
    matches: z.boolean(),
    reason: mismatch.optional(),
    conditions: z
      .array(triedCondition)
      .optional()
      .meta({ description: 'All conditions, in their order, with `explain`.' }),
  })
  .meta({ id: 'FilterTestResult' });

const testResults = {
  'by what is in it': {
    matches: false,
    reason: {
      part: 'where',
      path: 'data.level',
      expected: 'one of "ERROR"',
      got: '"INFO"',
      message: 'expected data.level to be one of "ERROR", got "INFO"',
    },
  },
  'by its type': {
    matches: false,
    reason: {
      part: 'events',
      path: 'type',
      expected: 'one that matches order.**',
      got: '"payment.failed"',
      message: 'expected type to be one that matches order.**, got "payment.failed"',
    },
  },
  'by a query': {
    matches: false,
    reason: {
      part: 'jsonpath',
      path: 'jsonpath',
      expected: 'something that $.data[?@ > 1000] selects',
      got: 'nothing',
      message: 'expected something that $.data[?@ > 1000] selects, got nothing',
    },
  },
  'by the time': {
    matches: false,
    reason: {
      part: 'during',
      path: 'during',
      expected: 'mon, tue, wed, thu, fri from 09:00 to 17:00 in Europe/Berlin',
      got: 'mon 08:30 in Europe/Berlin',
      message:
        'expected the time to be mon, tue, wed, thu, fri from 09:00 to 17:00 in Europe/Berlin, got mon 08:30 in Europe/Berlin',
    },
  },
  'in the short form': { matches: true },
  'that matches': { matches: true },
  'with each condition': {
    matches: true,
    conditions: [
      {
        part: 'events',
        path: 'type',
        expected: 'one that matches payment.*',
        got: '"payment.failed"',
        holds: true,
      },
      { part: 'where', path: 'data.amount', expected: 'one of 20', got: '20', holds: true },
    ],
  },
};

export const filterRoutes = {
  createFilter: route({
    ...base,
    method: 'POST',
    path: '/v1/filters',
    scope: 'manage',
    summary: 'Create a filter',
    body: { schema: filterSettings, example: exampleFilter },
    answers: { 201: { description: 'Created.', schema: filter, example: shownExample } },
  }),
  listFilters: route({
    ...base,
    method: 'GET',
    path: '/v1/filters',
    scope: 'read',
    summary: 'List filters',
    query: listQuery('oldest'),
    answers: listAnswer('A page of filters.', pageOf(filter)),
  }),
  getFilter: route({
    ...base,
    method: 'GET',
    path: '/v1/filters/{id}',
    scope: 'read',
    limitedBy: 'filter',
    summary: 'Read a filter',
    answers: one,
  }),
  patchFilter: route({
    ...base,
    method: 'PATCH',
    path: '/v1/filters/{id}',
    scope: 'manage',
    summary: 'Change a filter',
    description:
      'A merge patch (RFC 7396). Events accepted from now on are matched by it, and those that are not matched yet; of a tenant with thousands of subscriptions, within ten seconds.',
    body: { schema: patchOf(filterSettings), example: { events: ['payment.failed'], where: null } },
    answers: one,
  }),
  putFilter: route({
    ...base,
    method: 'PUT',
    path: '/v1/filters/{id}',
    scope: 'manage',
    summary: 'Replace a filter',
    body: { schema: filterSettings, example: exampleFilter },
    answers: one,
  }),
  deleteFilter: route({
    ...base,
    method: 'DELETE',
    path: '/v1/filters/{id}',
    scope: 'manage',
    summary: 'Delete a filter',
    description: 'Refused with 409 while subscriptions use it.',
    answers: { 204: { description: 'Deleted.' } },
  }),
  testFilter: route({
    ...base,
    method: 'POST',
    path: '/v1/filters/test',
    scope: 'read',
    summary: 'Try a filter on an event',
    description: 'Says whether the event matches, and if not, which part of the filter does not hold.',
    body: {
      schema: testOf(z.union([namedFilter, filterSettings])).meta({ id: 'FilterTest' }),
      choose: (body) => testOf(isNamed(body) ? namedFilter : filterSettings),
      examples: testExamples,
    },
    answers: {
      200: { description: 'Whether it matches.', schema: testResult, examples: testResults },
    },
  }),
};
