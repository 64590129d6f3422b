import * as z from 'zod';
import { subscriptionDeliveriesQuery } from './deliveries.ts';
import { deliveryPage, exampleDelivery } from './history.ts';
import { listAnswer, listQuery } from './lists.ts';
import { traceHeaders } from './publish-headers.ts';
import { route } from './route.ts';
import { eventType, pageOf, patchOf } from './schemas.ts';
import {
  choose,
  created,
  newSubscription,
  patchable,
  snakeFields,
  subscription,
} from './subscription-schemas.ts';

export {
  type Composed,
  FILTER_MEMBERS,
  type Flat,
  formOf,
  patchable,
  type Snake,
  type SubscriptionView,
  TARGET_MEMBERS,
} from './subscription-schemas.ts';

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
  kind: 'webhook',
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

const changed = {
  200: {
    description: 'The subscription, and the secret of its target if that is a new one.',
    schema: created,
    example: shownExample,
  },
} as const;

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
    limitedBy: 'list',
    summary: 'List subscriptions',
    query: listQuery('oldest'),
    answers: listAnswer('A page of subscriptions.', pageOf(subscription)),
  }),
  getSubscription: route({
    ...base,
    method: 'GET',
    path: '/v1/subscriptions/{id}',
    scope: 'read',
    limitedBy: 'subscription',
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
    answers: changed,
  }),
  putSubscription: route({
    ...base,
    method: 'PUT',
    path: '/v1/subscriptions/{id}',
    scope: 'manage',
    summary: 'Replace a subscription',
    description:
      'In any of the forms of its creation. Members left out return to their defaults, except for the secret, which stays.',
    body: { schema: newSubscription, examples: forms, choose },
    answers: changed,
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
    limitedBy: 'subscription',
    summary: 'Pause a subscription',
    description: 'Events published while it is paused do not match; deliveries under way continue.',
    answers: one,
  }),
  resumeSubscription: route({
    ...base,
    method: 'POST',
    path: '/v1/subscriptions/{id}/resume',
    scope: 'manage',
    limitedBy: 'subscription',
    summary: 'Resume a subscription',
    answers: one,
  }),
  testSubscription: route({
    ...base,
    method: 'POST',
    path: '/v1/subscriptions/{id}/test',
    scope: 'manage',
    changesNothing: true,
    limitedBy: 'subscription',
    summary: 'Send a test event',
    description:
      'To this subscription alone, whatever its filter says. It travels like any event, and is marked by the header `posthorn-test`. Left out, the type is the first that the filter names, and the payload the event type’s sample.',
    headers: traceHeaders,
    body: {
      optional: true,
      schema: z
        .strictObject({ type: eventType.optional(), data: z.unknown().optional() })
        .meta({ id: 'TestEvent' }),
      example: { type: 'payment.failed', data: { amount: 12.5 } },
    },
    answers: {
      202: {
        description: 'Under way.',
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
    limitedBy: 'subscription',
    summary: 'List a subscription’s deliveries',
    query: subscriptionDeliveriesQuery,
    answers: listAnswer('A page of deliveries, with every attempt.', deliveryPage, exampleDelivery),
  }),
};
