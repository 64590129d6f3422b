import * as z from 'zod';
import { COMPATIBILITIES } from '../catalogue/changelog.ts';
import { EFFECTS, RULES } from '../catalogue/schema-change.ts';
import { listAnswer, namedListQuery } from './lists.ts';
import { route } from './route.ts';
import { description, eventType, line, metadata, pageOf, patchOf, time, times } from './schemas.ts';

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

const schemaChange = z
  .object({
    path: z.string().meta({
      description: 'Where in a payload: `customer.tags[]`; empty for the whole, `*` for any name.',
    }),
    rule: z.enum(RULES),
    effect: z.enum(EFFECTS).meta({
      description:
        'For those who read payloads by the old schema. `unclear`: it can’t be decided, and counts as breaking.',
    }),
    message: z.string().meta({ description: 'For people: what it was, what it is.' }),
  })
  .meta({ id: 'SchemaChange' });

const judged = {
  compatibility: z.enum(COMPATIBILITIES).meta({
    description: 'Compatible: every payload of the new schema fits the old one, and no property has gone.',
  }),
  changes: z.array(schemaChange).meta({ description: 'The breaking ones first.' }),
  more: z.number().int().optional().meta({ description: 'How many more there were.' }),
};

/** A change of a schema that a call would make. */
export const judgedChange = z.object(judged).meta({ id: 'JudgedSchemaChange' });

const changelog = z
  .object({
    name: z.string(),
    version: z.string(),
    items: z.array(
      z.object({
        at: time,
        version: z.string().meta({ description: 'The type’s version from then on.' }),
        previousVersion: z.string().optional().meta({ description: 'Where it was another before.' }),
        ...judged,
      }),
    ),
  })
  .meta({ id: 'EventTypeChanges' });

const allowBreaking = z.enum(['true', 'false']).optional().meta({
  description:
    '`true` if a schema may break those who read by the old one, though `version` stays. Otherwise such a change is refused with 409 and `breaking_change`.',
});
const changeQuery = z.strictObject({ allowBreaking });

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
    query: changeQuery,
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
    query: changeQuery,
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
    description: 'Events of it can still be published; nothing is checked then. Its changelog goes with it.',
    answers: { 204: { description: 'Deleted.' } },
  }),
  getEventTypeChanges: route({
    ...base,
    method: 'GET',
    path: '/v1/event-type-changes/{name}',
    greedy: true,
    scope: 'read',
    limitedBy: 'nothing',
    summary: 'The changelog of an event type’s schema',
    description: 'The newest first; the last 50, or 64 KiB of them.',
    answers: {
      200: {
        description: 'What became of the schema.',
        schema: changelog,
        example: {
          name: 'payment.failed',
          version: '2',
          items: [
            {
              at: '2026-11-21T12:00:00.000Z',
              version: '2',
              previousVersion: '1',
              compatibility: 'breaking',
              changes: [
                {
                  path: 'amount',
                  rule: 'type-changed',
                  effect: 'breaking',
                  message: 'was number, is string',
                },
              ],
            },
          ],
        },
      },
    },
  }),
};
