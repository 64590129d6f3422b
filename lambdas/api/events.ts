import * as z from 'zod';
import { PRODUCER_ID } from '../events/event-id.ts';
import { PRIORITIES, REGION } from '../events/event-meta.ts';
import { EVENT_TYPE, MAX_TYPE_LENGTH } from '../events/event-type.ts';
import { CLOUD_EVENT_BATCH, CLOUD_EVENT as CLOUD_EVENT_TYPE } from '../publishing/forms/cloud-events.ts';
import { MAX_BATCH } from '../publishing/forms/json-events.ts';
import { LINES, MAX_RECORDS } from '../publishing/forms/log-records.ts';
import { problems } from './openapi-errors.ts';
import {
  ABSOLUTE_URI,
  ATTRIBUTE,
  BASE64,
  CE_NAME,
  OPERATIONAL,
  OWN_EVENT_ID,
  PRINTABLE,
  URI_REFERENCE,
} from './patterns.ts';
import { ceHeaders, publishHeaders } from './publish-headers.ts';
import { type Content, route } from './route.ts';

/**
 * Routes that publish. Their bodies are read by ingest, whose bundle holds no schemas (see
 * docs/decisions/03-payload-as-sent.md); they are what the documentation says.
 */

const eventType = z
  .string()
  .min(1)
  .max(MAX_TYPE_LENGTH)
  .regex(EVENT_TYPE)
  .meta({
    not: { pattern: OPERATIONAL },
    description:
      "Segments of letters, digits and `_-~:/@!$&'()+,;=` joined by dots, without a slash at the end",
    example: 'order.created',
  });

const producerId = z
  .string()
  .regex(PRODUCER_ID)
  .meta({
    not: { pattern: `${OWN_EVENT_ID}|${OPERATIONAL}` },
    description:
      'An id of your own, 1 to 256 printable ASCII characters without spaces, and not `.` or `..`, which no path carries: the same event with the same id within 24 hours is accepted and not delivered again, another one is refused. Left out, the event is named `evt_…`.',
  });

const newEvent = z
  .strictObject({
    type: eventType,
    data: z
      .any()
      .meta({ description: 'The payload, any JSON. It is delivered byte for byte as it stands here.' }),
    id: producerId.optional(),
    source: z.string().min(1).max(256).optional().meta({
      pattern: PRINTABLE,
      description: 'Who publishes, for filters; printable characters',
      example: 'shop',
    }),
    priority: z.enum(PRIORITIES).optional().meta({
      description:
        'How urgent it is, for filters and for the lane of its deliveries to healthy targets: `critical` and `low` events have lanes of their own. `normal` when left out.',
    }),
    region: z.string().regex(REGION).optional().meta({
      description: "Picks a target's URL for this region, where it has one",
      example: 'eu-central-1',
    }),
  })
  .meta({ id: 'NewEvent' });

const EVENT = { type: 'order.created', data: { order: 4711, total: 19.9 } };

const attribute = z.union([z.string().meta({ pattern: ATTRIBUTE }), z.int32(), z.boolean(), z.null()]);

const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().min(1).meta({ pattern: PRINTABLE, description: 'Unique with the source' }),
    source: z.string().min(1).meta({ pattern: URI_REFERENCE, description: 'A URI reference (RFC 3986)' }),
    type: eventType,
    subject: z.string().min(1).meta({ pattern: PRINTABLE }).nullable().optional(),
    time: z.string().meta({ format: 'date-time' }).nullable().optional().meta({ description: 'RFC 3339' }),
    dataschema: z.string().meta({ pattern: ABSOLUTE_URI }).nullable().optional(),
    datacontenttype: z.string().nullable().optional().meta({ description: 'application/json if left out' }),
    data: z.any().optional().meta({ description: 'The payload: any JSON, or text of another content type' }),
    data_base64: z
      .string()
      .meta({ pattern: BASE64 })
      .nullable()
      .optional()
      .meta({ description: 'The payload as bytes, instead of data' }),
  })
  .catchall(attribute)
  .meta({
    id: 'CloudEvent',
    propertyNames: { pattern: CE_NAME },
    // Null is as good as absent.
    not: { required: ['data', 'data_base64'], properties: { data: true, data_base64: { type: 'string' } } },
    description:
      'CloudEvents 1.0, with any extension attributes. `priority` and `region` are heeded where they are what an event of our own JSON may have there.',
  });

const CLOUD_EVENT = {
  specversion: '1.0',
  id: '17',
  source: '/shop/orders',
  type: 'order.created',
  data: { order: 4711 },
};

const warnings = z
  .array(z.string())
  .optional()
  .meta({ description: "How the payload does not fit its event type's schema, where the tenant only warns" });

const published = z
  .strictObject({
    id: z.string().meta({ description: 'The id of the event', example: 'evt_01K…' }),
    warnings,
  })
  .meta({ id: 'PublishedEvent' });

const rejected = z
  .strictObject({
    error: z.strictObject({
      error: z.string(),
      message: z.string(),
      field: z.string().optional().meta({ example: 'events[2].type' }),
      problems: problems.optional(),
    }),
  })
  .meta({ id: 'RejectedEvent' });

const results = z
  .strictObject({
    accepted: z.int().min(0),
    rejected: z.int().min(0),
    events: z.array(z.union([published, rejected])).meta({ description: 'In the order of the request' }),
  })
  .meta({ id: 'PublishedEvents' });

const RESULTS = {
  accepted: 1,
  rejected: 1,
  events: [
    { id: 'evt_01K9XF3T5V0Z8Q6J4M2N7P1R3S' },
    {
      error: {
        error: 'validation_failed',
        message: 'expected 1 to 128 characters',
        field: 'events[1].type',
      },
    },
  ],
};

const IDEMPOTENCY =
  'With an `Idempotency-Key` header (1 to 255 printable ASCII characters) repeating the request within 24 hours answers with the same ids and delivers nothing twice. The key counts on this route alone. Another event under it, or under an id that another event had, is refused with 422 (`idempotency_key_reused`, `event_id_reused`).';

const CHECKS =
  "Where the tenant has payloads checked, one that does not fit its event type's schema is refused (`schema_mismatch`), or accepted with a warning.";

const cloudEvents: Content = {
  type: CLOUD_EVENT_BATCH,
  schema: z.array(cloudEvent).max(MAX_BATCH),
  example: [CLOUD_EVENT],
};

export const publish = route({
  method: 'POST',
  path: '/v1/events',
  function: 'ingest',
  scope: 'publish',
  tag: 'Events',
  summary: 'Publish an event',
  description: [
    'Accepts an event and answers at once; it is then delivered to every active subscription whose filter it matches.',
    'The body may be our own JSON, a CloudEvent 1.0 in structured, binary (`ce-` headers) or batch mode, or any bytes with their event type in a `ce-type` header and, if you like, an id in `ce-id`.',
    'A CloudEvent is named by a hash of its source and id, `ce_…`, and is delivered with its attributes in `ce-` headers.',
    IDEMPOTENCY,
    CHECKS,
  ].join('\n\n'),
  headers: ceHeaders,
  body: [
    { schema: newEvent, example: EVENT },
    { type: CLOUD_EVENT_TYPE, schema: cloudEvent, example: CLOUD_EVENT },
    cloudEvents,
    {
      type: '*/*',
      schema: z.any().meta({ description: 'Any bytes, with a `ce-type` header; delivered as they are' }),
    },
  ],
  answers: {
    202: {
      description:
        'Accepted; of a batch of CloudEvents, with a result for each as from `POST /v1/events/batch`',
      schema: z.union([published, results]),
      example: { id: 'evt_01K9XF3T5V0Z8Q6J4M2N7P1R3S' },
    },
  },
});

export const publishBatch = route({
  method: 'POST',
  path: '/v1/events/batch',
  function: 'ingest',
  scope: 'publish',
  tag: 'Events',
  summary: 'Publish many events',
  headers: publishHeaders,
  description: [
    `Accepts up to ${MAX_BATCH} events. Each has its own result: invalid ones are not published, the others are. If none is acceptable, the answer has all problems.`,
    IDEMPOTENCY,
    CHECKS,
  ].join('\n\n'),
  body: [
    {
      schema: z.strictObject({ events: z.array(newEvent).min(1).max(MAX_BATCH) }),
      example: { events: [EVENT, { type: 'order.paid', data: { order: 4711 }, priority: 'critical' }] },
    },
    cloudEvents,
  ],
  answers: { 202: { description: 'At least one was accepted', schema: results, example: RESULTS } },
});

const logRecord = z
  .looseObject({
    level: z.any().optional().meta({
      description:
        'A name, or a number as of syslog, pino or Monolog; `severity`, `severityText`, `severityNumber`, `levelname` and others as loggers have them will do as well. Needed unless there is an event_type.',
      example: 'error',
    }),
    source: z.any().optional().meta({ description: "The event's source, where it is a text" }),
    message: z.any().optional(),
    event_type: eventType.nullable().optional(),
    metadata: z.any().optional(),
    timestamp: z.any().optional().meta({
      description:
        'A date and time as loggers write them, or seconds, milli-, micro- or nanoseconds since 1970',
      example: '2026-11-21T10:00:00.123Z',
    }),
  })
  .meta({ id: 'LogRecord' });

const LOG_RECORD = {
  level: 'error',
  source: 'billing',
  message: 'card declined',
  event_type: 'payment.failed',
  metadata: { order: 4711 },
  timestamp: '2026-11-21T10:00:00Z',
};

export const publishLogs = route({
  method: 'POST',
  path: '/v1/logs',
  function: 'ingest',
  scope: 'publish',
  tag: 'Events',
  summary: 'Publish log records as events',
  headers: publishHeaders,
  description: [
    `Takes one record, an array, or lines (NDJSON), up to ${MAX_RECORDS}. A record becomes an event of the type \`event_type\`, or \`log.<level>\` in lower case, with the record itself as its payload, byte for byte.`,
    'Each record has a result of its own, as from `POST /v1/events/batch`.',
    IDEMPOTENCY,
  ].join('\n\n'),
  body: [
    { schema: z.union([logRecord, z.array(logRecord).min(1).max(MAX_RECORDS)]), example: LOG_RECORD },
    {
      type: LINES[0],
      schema: z.string().meta({ description: `A record a line; also as ${LINES.slice(1).join(' or ')}` }),
      example: '{"level":"error","message":"one"}\n{"level":"info","message":"two"}\n',
    },
  ],
  answers: {
    202: {
      description: 'At least one was accepted',
      schema: results,
      example: { accepted: 1, rejected: 0, events: [{ id: 'evt_01K9XF3T5V0Z8Q6J4M2N7P1R3S' }] },
    },
  },
});

/**
 * Requests a second on addressed ingest, of all subscriptions together. Anyone may make them, and each that is wrong
 * costs an invocation and up to four reads: at 20 ms each, this many keep four instances of ingest busy.
 */
const ADDRESSED_THROTTLE = 200;

export const publishToSubscription = route({
  method: 'POST',
  path: '/v1/subscriptions/{id}/ingest',
  function: 'ingest',
  scope: 'none',
  throttle: ADDRESSED_THROTTLE,
  openBecause: 'the signature over the body, by the secret of the subscription, takes the place of a key',
  tag: 'Events',
  summary: 'Publish an event to one subscription',
  description: [
    "For senders without a key. They prove themselves by the secret of the subscription's target: a header `X-Hub-Signature-256: sha256=<hex>` with the HMAC-SHA256 of the body, keyed with the secret's text, as GitHub signs. (With a secret `whsec_…`, the bytes behind it are taken as the key as well.)",
    'The body is delivered as it is to this subscription alone, whatever its filter says. A target that signs with Ed25519 has no such secret, and takes no addressed events. While the subscription is paused its deliveries are dead, `subscription_paused`, and can be replayed once it is resumed.',
    IDEMPOTENCY,
  ].join('\n\n'),
  headers: publishHeaders,
  query: z.strictObject({ event_type: eventType }),
  body: {
    type: '*/*',
    schema: z.any().meta({ description: 'Any bytes' }),
    example: { order: 4711 },
  },
  answers: {
    202: {
      description: 'Accepted',
      schema: published,
      example: { id: 'evt_01K9XF3T5V0Z8Q6J4M2N7P1R3S' },
    },
    401: {
      description: '`invalid_signature`: the signature is missing or wrong, or there is no such subscription',
    },
  },
});
