import * as z from 'zod';
import { conditionProblem } from '../domain/condition.ts';
import { PRIORITIES } from '../domain/event-meta.ts';
import { route } from './route.ts';
import {
  description,
  eventPatterns,
  eventType,
  metadata,
  pageOf,
  pageQuerySchema,
  patchOf,
  region,
  times,
} from './schemas.ts';

/** What must hold besides the event type. */
const where = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    const problem = conditionProblem(value);
    if (problem)
      context.addIssue({
        code: 'custom',
        message: problem.message,
        path: problem.path ? [problem.path] : [],
      });
  })
  .meta({
    description:
      'Fields with the values of which they must have one, in the manner of EventBridge: `type`, `source`, `region`, `priority`, and the payload under `data`.',
    examples: [{ source: ['payment-service'], data: { level: ['ERROR', 'FATAL'] } }],
  });

export const filterFields = {
  events: eventPatterns.meta({ description: 'Event types or patterns; any is enough.' }),
  where: where.optional(),
};

const notes = { description: description.optional(), metadata: metadata.optional() };

/** A filter as it is written. */
export const filterSettings = z
  .strictObject({
    ...filterFields,
    ...notes,
    active: z.boolean().optional().meta({ description: 'Whether it matches anything; true when left out.' }),
  })
  .meta({ id: 'NewFilter' });
export type FilterSettings = z.infer<typeof filterSettings>;

export const filter = z
  .object({ id: z.string(), ...filterFields, ...notes, active: z.boolean(), ...times })
  .meta({ id: 'Filter' });
export type FilterView = z.input<typeof filter>;

const example = {
  events: ['payment.**'],
  where: { source: ['payment-service'], data: { level: ['ERROR'] } },
};
const shownExample = {
  id: 'flt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ...example,
  active: true,
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
};

const base = { function: 'manage', tag: 'Filters' } as const;
const one = { 200: { description: 'The filter.', schema: filter, example: shownExample } } as const;

export const filterRoutes = {
  createFilter: route({
    ...base,
    method: 'POST',
    path: '/v1/filters',
    scope: 'manage',
    summary: 'Create a filter',
    body: { schema: filterSettings, example },
    answers: { 201: { description: 'Created.', schema: filter, example: shownExample } },
  }),
  listFilters: route({
    ...base,
    method: 'GET',
    path: '/v1/filters',
    scope: 'read',
    summary: 'List filters',
    query: pageQuerySchema,
    answers: { 200: { description: 'A page of filters, oldest first.', schema: pageOf(filter) } },
  }),
  getFilter: route({
    ...base,
    method: 'GET',
    path: '/v1/filters/{id}',
    scope: 'read',
    summary: 'Read a filter',
    answers: one,
  }),
  patchFilter: route({
    ...base,
    method: 'PATCH',
    path: '/v1/filters/{id}',
    scope: 'manage',
    summary: 'Change a filter',
    description: 'A merge patch (RFC 7396). Events accepted from now on are matched by it.',
    body: { schema: patchOf(filterSettings), example: { events: ['payment.failed'], where: null } },
    answers: one,
  }),
  putFilter: route({
    ...base,
    method: 'PUT',
    path: '/v1/filters/{id}',
    scope: 'manage',
    summary: 'Replace a filter',
    body: { schema: filterSettings, example },
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
      schema: z
        .strictObject({
          filter: z.union([z.strictObject({ id: z.string() }), z.strictObject(filterFields)], {
            error: 'expected {"id"} of a filter, or {"events", "where"?}',
          }),
          event: z.strictObject({
            type: eventType,
            data: z.unknown(),
            source: z.string().max(256).optional(),
            region: region.optional(),
            priority: z.enum(PRIORITIES).optional(),
          }),
        })
        .meta({ id: 'FilterTest' }),
      example: {
        filter: example,
        event: { type: 'payment.failed', source: 'payment-service', data: { level: 'INFO' } },
      },
    },
    answers: {
      200: {
        description: 'Whether it matches.',
        schema: z
          .object({
            matches: z.boolean(),
            reason: z
              .object({
                part: z.enum(['events', 'where']),
                path: z.string().optional().meta({ description: 'The condition that does not hold.' }),
                expected: z.string(),
                got: z.string(),
                message: z.string(),
              })
              .optional(),
          })
          .meta({ id: 'FilterTestResult' }),
        example: {
          matches: false,
          reason: {
            part: 'where',
            path: 'data.level',
            expected: 'one of "ERROR"',
            got: '"INFO"',
            message: 'expected data.level to be one of "ERROR", got "INFO"',
          },
        },
      },
    },
  }),
};
