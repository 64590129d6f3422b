import * as z from 'zod';
import { ANSWER_SECONDS, MAX_LISTENERS, RATE_PER_SECOND } from '../listeners/limits.ts';
import { withOneCondition } from './condition-schemas.ts';
import { filterFields, writtenFields } from './filters.ts';
import { route } from './route.ts';
import { name, time } from './schemas.ts';

/** Listeners: deliveries to a developer's machine, over the live channel. */

const newListener = withOneCondition(z.strictObject({ ...writtenFields, name: name.optional() })).meta({
  id: 'NewListener',
});

const listener = z
  .object({
    id: z.string(),
    name: name.optional(),
    ...filterFields,
    subscriptionId: z.string(),
    targetId: z.string(),
    connected: z.boolean().meta({ description: 'Whether it has a connection that its requests go to.' }),
    createdAt: time,
    expiresAt: time.meta({
      description: 'When it ends unless its connection pings, or it gets another one.',
    }),
  })
  .meta({ id: 'Listener' });
export type ListenerView = z.input<typeof listener>;

const created = listener
  .extend({
    secret: z.string().meta({ description: 'What its requests are signed with, by Standard Webhooks.' }),
  })
  .meta({ id: 'ListenerWithSecret' });

const example: ListenerView = {
  id: 'lsn_01KAK2V5E4EPHEMERA6WV7Z1QX',
  name: 'laptop of Ada',
  events: ['payment.**'],
  subscriptionId: 'sub_01KAK2V5E4EPHEMERA6WV7Z1QX',
  targetId: 'tgt_01KAK2V5E4EPHEMERA6WV7Z1QX',
  connected: true,
  createdAt: '2026-11-28T12:00:00.000Z',
  expiresAt: '2026-11-28T12:09:00.000Z',
};

const base = { function: 'manage', tag: 'Live' } as const;

/**
 * Requests a second, of all listeners together. Anyone may make them: each that is wrong costs an invocation and a read, and five
 * instances of the function are busy with so many.
 */
const REQUESTS_THROTTLE = 200;

export const listenerRoutes = {
  createListener: route({
    ...base,
    method: 'POST',
    path: '/v1/listeners',
    scope: 'manage',
    summary: 'Listen on a developer’s machine',
    description: [
      'Makes a subscription that lasts as long as somebody listens. Its deliveries come over a WebSocket: get a ticket with `{"listener": "lsn_…"}` from `POST /v1/live/tickets`, connect, and answer the requests that come. `posthorn listen` does all of this.',
      `They are deliveries like any other: signed, retried (for an hour), recorded. At most ${RATE_PER_SECOND} a second are made, and each waits ${ANSWER_SECONDS} seconds for its answer.`,
      `A listener lasts for five minutes, which its connection prolongs with each ping, and for two more minutes after that has closed. A tenant has at most ${MAX_LISTENERS}. It counts among the tenant’s subscriptions, targets and filters; their lists leave it out.`,
    ].join('\n\n'),
    body: {
      schema: newListener,
      example: { events: ['payment.**'], name: 'laptop of Ada' },
    },
    answers: {
      201: {
        description: 'Created. Connect within five minutes.',
        schema: created,
        example: { ...example, connected: false, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' },
      },
    },
  }),
  listListeners: route({
    ...base,
    method: 'GET',
    path: '/v1/listeners',
    scope: 'read',
    summary: 'List listeners',
    answers: {
      200: {
        description: 'Those that last, oldest first.',
        schema: z.object({ items: z.array(listener) }).meta({ id: 'Listeners' }),
        example: { items: [example] },
      },
    },
  }),
  getListener: route({
    ...base,
    method: 'GET',
    path: '/v1/listeners/{id}',
    scope: 'read',
    summary: 'Get a listener',
    answers: { 200: { description: 'The listener.', schema: listener, example } },
  }),
  deleteListener: route({
    ...base,
    method: 'DELETE',
    path: '/v1/listeners/{id}',
    scope: 'manage',
    summary: 'End a listener',
    description:
      'Removes it, with its subscription, target and filter. Deliveries that are still on their way to it end in the log, and are in no list of dead letters.',
    answers: { 204: { description: 'It is gone.' } },
  }),
  relayRequest: route({
    function: 'relay',
    tag: 'Live',
    method: 'POST',
    path: '/v1/listeners/{tenant}/{id}/requests',
    scope: 'none',
    throttle: REQUESTS_THROTTLE,
    openBecause: 'the signature of the delivery, by the secret of the listener, takes the place of a key',
    summary: 'Where deliveries of a listener are posted to',
    description:
      'The address of a listener’s target: Posthorn itself posts here. The answer is that of the developer’s machine. 410: nobody listens any more. 429, 503: too many requests are under way, or there is no connection at the moment; come again when `Retry-After` says. 502: its own server gave no answer.',
    params: z.object({
      tenant: z.string().meta({ description: 'The tenant of the listener.' }),
      id: z.string().meta({ description: 'The listener.' }),
    }),
    body: { type: '*/*', schema: z.any().meta({ description: 'Any bytes' }), example: { order: 4711 } },
    answers: {
      200: { description: 'What the machine has answered, with any status from 200 to 599.' },
      401: { description: '`invalid_signature`: it is no delivery of Posthorn' },
      410: { description: '`listener_over`: nobody listens any more' },
    },
  }),
};
