import * as z from 'zod';
import {
  DEATH_REASONS,
  DELIVERY_STATUSES,
  type DeathReason,
  WAIT_REASONS,
  type WaitReason,
} from '../delivery/delivery.ts';
import { PRIORITIES } from '../events/event-meta.ts';
import { attempt } from './attempts.ts';
import { listAnswer, listQuery, namedListQuery } from './lists.ts';
import { route } from './route.ts';
import { eventPattern, pageOf, time } from './schemas.ts';

/** What was published, and what became of it. */

export const event = z
  .object({
    id: z.string(),
    type: z.string(),
    acceptedAt: time,
    contentType: z.string(),
    bytes: z.int(),
    matched: z.int().meta({ description: 'How many subscriptions it matched.' }),
    source: z.string().optional(),
    priority: z.enum(PRIORITIES).optional(),
    region: z.string().optional(),
    test: z.literal(true).optional(),
    dead: z
      .literal(true)
      .optional()
      .meta({ description: 'No delivery could be made of it, because a part of Posthorn failed on it.' }),
    traceparent: z
      .string()
      .optional()
      .meta({ description: 'The trace that it belongs to, as its producer said (W3C Trace Context).' }),
    tracestate: z.string().optional(),
  })
  .meta({ id: 'Event' });
export type EventView = z.input<typeof event>;

export const WHY_DEAD: Record<DeathReason, string> = {
  exhausted: 'the retry schedule is used up',
  rejected: 'the endpoint answered with a status that repeating does not change',
  forbidden_address:
    'the URL leads to an address that is not of the public internet, or to a port that is not allowed',
  transform_failed: 'the target’s transformation made no request of the event',
  subscription_paused: 'an event was addressed to the subscription while it was paused',
  target_deleted: 'the target was deleted',
  target_disabled: 'the target was disabled, by its owner or by Posthorn',
  target_unverified: 'the endpoint had not answered the challenge',
  payload_missing: 'the payload is no longer kept',
  expired: 'it waited for a day: for its endpoint to recover, for pauses to end, or for the rate limit',
  infrastructure: 'a part of Posthorn kept failing on it',
};

const DEATH_DESCRIPTION = `Why it is dead: ${Object.entries(WHY_DEAD)
  .map(([reason, text]) => `\`${reason}\`: ${text}`)
  .join('; ')}.`;

const WHY_IT_WAITS: Record<WaitReason, string> = {
  retry: 'for the next attempt of its schedule, or the time that its endpoint’s answer asked for',
  pause: 'its endpoint asked for a pause of the whole target',
  slot: 'for its time within the target’s rate limit',
  pull: 'its target’s owner is to fetch it',
  rate_limit: 'more deliveries wait than the target’s rate limit allows within a minute',
  recovery: 'its endpoint keeps failing: only probes are posted until one gets through',
  batch: 'for more deliveries, or the time at which the request is made without them',
  lane: 'its request was cut after 2 s, and is made again where it can take longer',
};

const WAIT_DESCRIPTION = `Why it waits, while it is \`retrying\` or \`parked\`: ${Object.entries(WHY_IT_WAITS)
  .map(([reason, text]) => `\`${reason}\`: ${text}`)
  .join('; ')}.`;

export const delivery = z
  .object({
    id: z.string(),
    event: z.object({ id: z.string(), type: z.string(), acceptedAt: time }),
    subscriptionId: z.string(),
    targetId: z.string().optional(),
    status: z.enum(DELIVERY_STATUSES).meta({
      description:
        '`parked` with `nextAttemptAt`: until then. `parked` without: until its endpoint recovers or the target’s rate limit allows it, a day at most.',
    }),
    since: time.optional().meta({ description: 'When it began to wait, died or arrived.' }),
    reason: z.enum(DEATH_REASONS).optional().meta({ description: DEATH_DESCRIPTION }),
    waitingFor: z.enum(WAIT_REASONS).optional().meta({ description: WAIT_DESCRIPTION }),
    nextAttemptAt: time.optional(),
    attempts: z.array(attempt),
  })
  .meta({ id: 'Delivery' });
export type DeliveryView = z.input<typeof delivery>;

export const deliveryPage = pageOf(delivery).meta({ id: 'Deliveries' });

export const exampleDelivery = {
  id: 'dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  event: {
    id: 'failure-17',
    type: 'payment.processor.failure',
    acceptedAt: '2026-11-21T12:00:00.000Z',
  },
  subscriptionId: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
  status: 'delivered',
  attempts: [{ number: 1, at: '2026-11-21T12:00:00.000Z', durationMs: 46, statusCode: 200, answer: 'ok' }],
} as const;

export const exampleEvent = {
  id: 'failure-17',
  type: 'payment.processor.failure',
  acceptedAt: '2026-11-21T12:00:00.000Z',
  contentType: 'application/json',
  bytes: 18,
  matched: 1,
};

const base = { function: 'manage', method: 'GET', scope: 'read', tag: 'Events' } as const;

/** What became of events, as a list can ask for it. */
const OUTCOMES = {
  unmatched: 'no subscription wanted it',
  dead: 'no delivery could be made of it, or not all, because a part of Posthorn failed on it',
  failed: 'at least one delivery is dead',
  waiting: 'at least one delivery is retrying or parked',
  delivered: 'all deliveries have arrived',
} as const;
export type EventOutcome = keyof typeof OUTCOMES;
const EVENT_OUTCOMES = Object.keys(OUTCOMES) as [EventOutcome, ...EventOutcome[]];

const OUTCOME_DESCRIPTION = `What became of it: ${EVENT_OUTCOMES.map((name) => `\`${name}\`: ${OUTCOMES[name]}`).join('; ')}.`;

export const historyRoutes = {
  listEvents: route({
    ...base,
    path: '/v1/events',
    summary: 'List events',
    description:
      'A page can hold fewer events than its limit, or none, and still have a next one: each request scans a bounded number.',
    query: listQuery('newest', {
      type: eventPattern
        .optional()
        .meta({ description: 'Of this type, or of one that this pattern matches.' }),
      source: z.string().min(1).max(4096).optional().meta({ description: 'From exactly this source.' }),
      outcome: z.enum(EVENT_OUTCOMES).optional().meta({ description: OUTCOME_DESCRIPTION }),
      from: time.optional().meta({ description: 'Accepted at or after this time.' }),
      to: time.optional().meta({ description: 'Accepted before this time.' }),
    }),
    answers: listAnswer('A page of events.', pageOf(event), exampleEvent),
  }),
  getEvent: route({
    ...base,
    path: '/v1/events/{id}',
    limitedBy: 'event',
    summary: 'Read an event',
    description:
      'By the id that its producer or Posthorn gave it. API Gateway decodes a path twice, so `/`, `?` and `%` in an id have to be escaped twice here and below: `a/b` is `a%252Fb`.',
    answers: { 200: { description: 'The event.', schema: event, example: exampleEvent } },
  }),
  getEventPayload: route({
    ...base,
    path: '/v1/events/{id}/payload',
    limitedBy: 'event',
    summary: 'Read an event’s payload',
    description: 'Byte for byte as it was published, with its content type.',
    answers: { 200: { description: 'The payload.', type: '*/*' } },
  }),
  listEventDeliveries: route({
    ...base,
    path: '/v1/events/{id}/deliveries',
    limitedBy: 'event',
    summary: 'List an event’s deliveries',
    query: namedListQuery,
    answers: listAnswer(
      'A page of deliveries, by subscription, with every attempt.',
      deliveryPage,
      exampleDelivery,
    ),
  }),
};
