import * as z from 'zod';
import { listAnswer, namedListQuery } from './lists.ts';
import { route } from './route.ts';
import { description, eventType, line, metadata, pageOf, patchOf, times } from './schemas.ts';

/** What a schema or a sample may hold, as JSON text; both stand in one item of a table. */
export const MAX_JSON_BYTES = 64 * 1024;

const settings = {
  description: description.optional(),
  metadata: metadata.optional(),
  schema: z
    .union([z.record(z.string(), z.unknown()), z.boolean()], {
      error: 'expected a JSON Schema: an object, true or false',
    })
    .optional()
    .meta({
      description: 'JSON Schema, draft 2020-12, of the payload. Without references to other documents.',
    }),
  sample: z
    .unknown()
    .optional()
    .meta({ description: 'A payload as it may come; what a test event carries.' }),
  version: line(32).optional().meta({ description: '`1` when left out.' }),
  deprecated: z.boolean().optional(),
};

export const eventTypeSettings = z.strictObject(settings).meta({ id: 'EventTypeSettings' });
export type EventTypeSettings = z.infer<typeof eventTypeSettings>;

const newEventType = z.strictObject({ name: eventType, ...settings }).meta({ id: 'NewEventType' });

const eventTypeView = z
  .object({
    name: z.string(),
    ...settings,
    version: z.string(),
    deprecated: z.boolean(),
    ...times,
  })
  .meta({ id: 'EventType' });
export type EventTypeView = z.input<typeof eventTypeView>;

const fields = {
  description: 'A payment could not be made.',
  version: '1',
  schema: {
    type: 'object',
    properties: { amount: { type: 'number', minimum: 0 } },
    required: ['amount'],
  },
  sample: { amount: 1200.5 },
};

const example = { name: 'payment.failed', ...fields };
const shownExample = {
  ...example,
  deprecated: false,
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
};

const base = { function: 'manage', tag: 'Event types' } as const;
const one = {
  200: { description: 'The event type.', schema: eventTypeView, example: shownExample },
} as const;

export const eventTypeRoutes = {
  createEventType: route({
    ...base,
    method: 'POST',
    path: '/v1/event-types',
    scope: 'manage',
    keysOnly: true,
    summary: 'Describe an event type',
    body: { schema: newEventType, example },
    answers: { 201: { description: 'Created.', schema: eventTypeView, example: shownExample } },
  }),
  listEventTypes: route({
    ...base,
    method: 'GET',
    path: '/v1/event-types',
    scope: 'read',
    limitedBy: 'nothing',
    summary: 'The catalogue of event types',
    query: namedListQuery,
    answers: listAnswer('A page of event types, by name.', pageOf(eventTypeView)),
  }),
  getEventType: route({
    ...base,
    method: 'GET',
    path: '/v1/event-types/{name}',
    greedy: true,
    scope: 'read',
    limitedBy: 'nothing',
    summary: 'Read an event type',
    answers: one,
  }),
  patchEventType: route({
    ...base,
    method: 'PATCH',
    path: '/v1/event-types/{name}',
    greedy: true,
    scope: 'manage',
    keysOnly: true,
    summary: 'Change an event type',
    description: 'A merge patch (RFC 7396).',
    body: { schema: patchOf(eventTypeSettings), example: { deprecated: true } },
    answers: one,
  }),
  putEventType: route({
    ...base,
    method: 'PUT',
    path: '/v1/event-types/{name}',
    greedy: true,
    scope: 'manage',
    keysOnly: true,
    summary: 'Create or replace the description of an event type',
    body: { schema: eventTypeSettings, example: fields },
    answers: {
      ...one,
      201: { description: 'Created.', schema: eventTypeView, example: shownExample },
    },
  }),
  deleteEventType: route({
    ...base,
    method: 'DELETE',
    path: '/v1/event-types/{name}',
    greedy: true,
    scope: 'manage',
    keysOnly: true,
    summary: 'Forget an event type',
    description: 'Events of it can still be published; nothing is checked then.',
    answers: { 204: { description: 'Deleted.' } },
  }),
};
