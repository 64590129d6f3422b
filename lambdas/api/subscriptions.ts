import * as z from 'zod';
import { isObject } from '../domain/json.ts';
import { filterFields, filterSettings } from './filters.ts';
import { deliveryPage, exampleDelivery } from './history.ts';
import { route } from './route.ts';
import {
  description,
  eventPattern,
  eventType,
  metadata,
  name,
  oneOf,
  pageOf,
  pageQuerySchema,
  patchOf,
  record,
  times,
} from './schemas.ts';
import { newTarget, shownTarget, targetFields, targetUrl } from './targets.ts';

const MAX_PATTERNS = 100;

/** What a subscription has of its own. */
const own = {
  name: name.optional(),
  description: description.optional(),
  metadata: metadata.optional(),
  active: z.boolean().optional().meta({ description: 'Whether it gets events; true when left out.' }),
};

const scalar = z.union([z.string().max(1024), z.number(), z.boolean(), z.null()], {
  error: 'expected a text, a number, true, false or null',
});

/** As many lists as a condition may have. */
const MAX_FILTERS = 200;

/** The short form of conditions: `{"source": "payment-service", "level": "ERROR"}`. */
const filters = record(
  /^/,
  'expected names of fields',
  z.union([scalar, z.array(scalar).min(1).max(64)], { error: 'expected a value or a list of values' }),
  MAX_FILTERS,
).meta({
  description:
    'The short form of `where`: `source`, `type`, `region` and `priority` are the event’s, any other name a field of its payload.',
});

const secret = z.string().max(256).optional().meta({ description: 'Made when left out; shown once.' });

/** A target and a filter by id, or made in the same call. */
const composed = oneOf(
  oneOf(
    z.strictObject({
      ...own,
      targetId: z.string().optional(),
      target: newTarget.optional(),
      filterId: z.string().optional(),
      filter: filterSettings.optional(),
    }),
    'targetId',
    'target',
  ),
  'filterId',
  'filter',
).meta({ id: 'ComposedSubscription' });

const flatFields = { ...own, ...targetFields, ...filterFields, filters: filters.optional(), secret };

/** All in one: what to send where, with any of a target's settings. */
const flat = z
  .strictObject(flatFields)
  .superRefine((value, context) => {
    if (value.where === undefined || value.filters === undefined) return;
    context.addIssue({ code: 'custom', message: 'expected either where or filters', path: ['filters'] });
  })
  .meta({ id: 'FlatSubscription' });

const snakeFields = {
  target_url: targetUrl,
  secret_key: secret,
  event_types: z.array(eventPattern).min(1).max(MAX_PATTERNS),
  is_active: z.boolean().optional(),
};

/** In snake case, as webhook services often have it. */
const snake = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    metadata: metadata.optional(),
    ...snakeFields,
  })
  .meta({
    id: 'SnakeSubscription',
    description: 'Signed with `X-Hub-Signature-256`.',
  });

export type Composed = z.output<typeof composed>;
export type Flat = z.output<typeof flat>;
export type Snake = z.output<typeof snake>;

const FORMS = { composed, flat, snake };

/** Which form a body is written in, by its own members. */
export function formOf(body: unknown): keyof typeof FORMS {
  const has = (member: string): boolean => isObject(body) && Object.hasOwn(body, member);
  if (has('target_url') || has('event_types') || has('secret_key') || has('is_active')) return 'snake';
  const isComposed = ['targetId', 'target', 'filterId', 'filter'].some(has);
  return isComposed ? 'composed' : 'flat';
}

const newSubscription = z.union([flat, composed, snake]).meta({ id: 'NewSubscription' });

const choose = (body: unknown): z.ZodType => FORMS[formOf(body)];

export const subscription = z
  .object({
    id: z.string(),
    ...own,
    active: z.boolean(),
    targetId: z.string(),
    filterId: z.string(),
    url: shownTarget.url,
    events: filterFields.events,
    where: filterFields.where,
    signature: shownTarget.signature,
    retry: shownTarget.retry,
    timeoutSeconds: shownTarget.timeoutSeconds,
    ...times,
  })
  .meta({ id: 'Subscription', description: 'With the most important of its target and filter.' });
export type SubscriptionView = z.input<typeof subscription>;

const created = subscription
  .extend({ secret: z.string().optional().meta({ description: 'Of a target that was made in this call.' }) })
  .meta({ id: 'CreatedSubscription' });

const forms = {
  'all in one': {
    name: 'payments',
    url: 'https://example.com/hook',
    events: ['payment.processor.failure'],
    filters: { source: 'payment-service' },
  },
  composed: {
    name: 'orders',
    target: { url: 'https://example.com/orders', timeoutSeconds: 5 },
    filter: { events: ['order.**'] },
  },
  'snake case': {
    target_url: 'https://example.com/hook',
    secret_key: 'a secret of your own',
    event_types: ['order.created'],
    is_active: true,
  },
};

const shownExample = {
  id: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  name: 'payments',
  active: true,
  targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  filterId: 'flt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
  url: 'https://example.com/hook',
  events: ['payment.processor.failure'],
  where: { source: ['payment-service'] },
  signature: 'standard',
  retry: { schedule: [5, 30, 120], jitter: 0.2 },
  timeoutSeconds: 15,
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
} as const;

const base = { function: 'manage', tag: 'Subscriptions' } as const;
const one = {
  200: { description: 'The subscription.', schema: subscription, example: shownExample },
} as const;

/** The members that a merge patch may change: those of the all-in-one form, and the bound ids. */
export const patchable = z.strictObject({ ...flatFields, targetId: z.string(), filterId: z.string() });
export type Patchable = z.output<typeof patchable>;

export const TARGET_MEMBERS: readonly string[] = [...Object.keys(targetFields), 'secret'];
export const FILTER_MEMBERS: readonly string[] = [...Object.keys(filterFields), 'filters'];

export const subscriptionRoutes = {
  createSubscription: route({
    ...base,
    method: 'POST',
    path: '/v1/subscriptions',
    scope: 'manage',
    summary: 'Subscribe',
    description:
      'Binds a target and a filter: by id, or made in the same call and deleted with the subscription. Written all in one, composed, or in snake case.',
    body: { schema: newSubscription, examples: forms, choose },
    answers: {
      201: {
        description: 'Created. The answer shows the secret; it can be read again from the target’s secrets.',
        schema: created,
        example: { ...shownExample, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' },
      },
    },
  }),
  listSubscriptions: route({
    ...base,
    method: 'GET',
    path: '/v1/subscriptions',
    scope: 'read',
    summary: 'List subscriptions',
    query: pageQuerySchema,
    answers: { 200: { description: 'A page of subscriptions, oldest first.', schema: pageOf(subscription) } },
  }),
  getSubscription: route({
    ...base,
    method: 'GET',
    path: '/v1/subscriptions/{id}',
    scope: 'read',
    summary: 'Read a subscription',
    answers: one,
  }),
  patchSubscription: route({
    ...base,
    method: 'PATCH',
    path: '/v1/subscriptions/{id}',
    scope: 'manage',
    summary: 'Change a subscription',
    description:
      'A merge patch (RFC 7396). `url`, `events` and the like change the target and filter that were made with the subscription; shared ones are changed under their own ids.',
    body: {
      schema: patchOf(z.strictObject({ ...patchable.shape, ...snakeFields })),
      example: { name: 'payments, failed', events: ['payment.failed'] },
    },
    answers: one,
  }),
  putSubscription: route({
    ...base,
    method: 'PUT',
    path: '/v1/subscriptions/{id}',
    scope: 'manage',
    summary: 'Replace a subscription',
    description:
      'In any of the forms of its creation. What is left out is set back, except for the secret, which stays.',
    body: { schema: newSubscription, examples: forms, choose },
    answers: one,
  }),
  deleteSubscription: route({
    ...base,
    method: 'DELETE',
    path: '/v1/subscriptions/{id}',
    scope: 'manage',
    summary: 'Unsubscribe',
    description:
      'Events accepted from now on no longer match. The target and filter that were made with it go as well, unless others use them. Its history stays readable.',
    answers: { 204: { description: 'Deleted.' } },
  }),
  pauseSubscription: route({
    ...base,
    method: 'POST',
    path: '/v1/subscriptions/{id}/pause',
    scope: 'manage',
    summary: 'Pause a subscription',
    description: 'Events published while it is paused do not match; deliveries under way go on.',
    answers: one,
  }),
  resumeSubscription: route({
    ...base,
    method: 'POST',
    path: '/v1/subscriptions/{id}/resume',
    scope: 'manage',
    summary: 'Resume a subscription',
    answers: one,
  }),
  testSubscription: route({
    ...base,
    method: 'POST',
    path: '/v1/subscriptions/{id}/test',
    scope: 'manage',
    changesNothing: true,
    summary: 'Send a test event',
    description:
      'To this subscription alone, whatever its filter says, by the same way as any event, and marked by the header `posthorn-test`. Left out, the type is the first that the filter names, and the payload the event type’s sample.',
    body: {
      optional: true,
      schema: z
        .strictObject({ type: eventType.optional(), data: z.unknown().optional() })
        .meta({ id: 'TestEvent' }),
      example: { type: 'payment.failed', data: { amount: 12.5 } },
    },
    answers: {
      202: {
        description: 'On its way.',
        schema: z.object({ id: z.string(), type: z.string() }),
        example: { id: 'evt_01KAK2V5E4V2N9CR0Q6WV7Z1QX', type: 'payment.failed' },
      },
    },
  }),
  listSubscriptionDeliveries: route({
    ...base,
    method: 'GET',
    path: '/v1/subscriptions/{id}/deliveries',
    scope: 'read',
    summary: 'List a subscription’s deliveries',
    query: pageQuerySchema,
    answers: {
      200: {
        description: 'A page of deliveries, newest event first, with every attempt.',
        schema: deliveryPage,
        example: { items: [exampleDelivery], next: null },
      },
    },
  }),
};
