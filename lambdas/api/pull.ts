import * as z from 'zod';
import { PULL_DEFAULTS } from '../destinations/pull.ts';
import { route } from './route.ts';
import { time } from './schemas.ts';
import { LEASE_SECONDS, leaseSeconds } from './target-kinds/pull.ts';

/** Fetching: what the owner of a pull target does instead of answering requests. */

/** Messages of one request. */
const MAX_MESSAGES = 100;
export const DEFAULT_MESSAGES = 10;

/** A whole number in a query. */
const wholeNumber = (min: number, max: number, description: string) =>
  z
    .string()
    .regex(/^[0-9]{1,5}$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `expected a whole number from ${min} to ${max}`)
    .optional()
    .meta({
      // As in lists: only in a URL it is text.
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: 'integer', minimum: min, maximum: max });
      },
      description,
    });

const receipt = z.string().min(1).max(128);

const receipts = z
  .array(receipt)
  .min(1)
  .max(MAX_MESSAGES)
  .meta({ description: 'Of messages that were fetched, as they came.' });

const message = z
  .object({
    id: z.string().meta({
      description: 'The event’s id, and its `webhook-id`. A message that comes again has the same.',
    }),
    deliveryId: z.string(),
    subscriptionId: z.string(),
    type: z.string(),
    acceptedAt: time,
    attempt: z.int().meta({ description: 'How often it was fetched, this time included; 1 for the first.' }),
    headers: z.record(z.string(), z.string()).meta({
      description:
        'As a webhook has them, with its signature over the body: the same libraries verify both. The bytes to verify are those that `body` and `encoding` stand for.',
    }),
    body: z.string().meta({ description: 'The payload, byte for byte as it was published.' }),
    encoding: z.enum(['text', 'base64']).meta({
      description: '`text`: the body’s bytes are those of this text in UTF-8. `base64`: they are in base64.',
    }),
    receipt: receipt.meta({ description: 'What acknowledges it. A new one each time that it is fetched.' }),
    leaseUntil: time.meta({ description: 'No other consumer gets it before.' }),
  })
  .meta({ id: 'Message' });
export type MessageView = z.input<typeof message>;

const exampleReceipt = '01KAK2V5E4V2N9CR0Q6WV7Z1QX.sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY.1.b0dsVHhhS2Q4Wm1R';

const exampleMessage = {
  id: 'order-4711',
  deliveryId: 'dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  subscriptionId: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  type: 'order.created',
  acceptedAt: '2026-11-21T12:00:00.000Z',
  attempt: 1,
  headers: {
    'content-type': 'application/json',
    'posthorn-event-type': 'order.created',
    'posthorn-attempt': '1',
    'webhook-id': 'order-4711',
    'webhook-timestamp': '1763726400',
    'webhook-signature': 'v1,qv8vLhl4P0Hqk6N1Jm0yLrWnU5iM1cEw1pSvN1v0Nv8=',
  },
  body: '{"order":4711}',
  encoding: 'text',
  receipt: exampleReceipt,
  leaseUntil: '2026-11-21T12:01:00.000Z',
} as const;

const lost = z
  .object({
    lost: z.array(receipt).meta({
      description:
        'Those that came to nothing, since their messages are not the caller’s any more: acknowledged or given back before, fetched by another consumer after the lease was over, or dead.',
    }),
  })
  .meta({ id: 'LostReceipts' });

const base = {
  function: 'pull',
  tag: 'Messages',
  scope: 'consume',
  limitedBy: 'target',
  audited: false,
} as const;

/** What the log has of each message says who did what to it, and when. */
const change = { ...base, method: 'POST', changesNothing: true } as const;

const done = { 200: { description: 'Done, but for those.', schema: lost, example: { lost: [] } } } as const;

export const pullRoutes = {
  fetchMessages: route({
    ...base,
    method: 'GET',
    path: '/v1/targets/{id}/messages',
    summary: 'Fetch messages',
    description: [
      'Hands out the oldest messages of a target of kind `pull` that no other consumer has, each with a lease: until it is over no other consumer gets them. A consumer that has done with a message acknowledges it. One that is neither acknowledged nor given back comes again, for a day, and as often as the target’s `maxReceives` says.',
      'It answers at once, also when there is nothing. Ask again after a pause then: a second, and longer while there still is nothing. The answer holds as many messages as fit into it, at least one.',
    ].join('\n\n'),
    query: z.strictObject({
      max: wholeNumber(
        1,
        MAX_MESSAGES,
        `Messages at most, up to ${MAX_MESSAGES}; ${DEFAULT_MESSAGES} when left out.`,
      ),
      leaseSeconds: wholeNumber(
        LEASE_SECONDS.min,
        LEASE_SECONDS.max,
        `How long the caller has them; the target’s \`leaseSeconds\` when left out, ${PULL_DEFAULTS.leaseSeconds} without that.`,
      ),
    }),
    answers: {
      200: {
        description: 'Messages, the oldest first. They are in order as far as they had arrived.',
        schema: z.object({ items: z.array(message) }).meta({ id: 'Messages' }),
        example: { items: [exampleMessage] },
      },
    },
  }),
  acknowledgeMessages: route({
    ...change,
    path: '/v1/targets/{id}/messages/acknowledge',
    summary: 'Acknowledge messages',
    description:
      'They are delivered, and never come again. Also after the lease is over, as long as no other consumer has fetched them.',
    body: { schema: z.strictObject({ receipts }), example: { receipts: [exampleReceipt] } },
    answers: done,
  }),
  releaseMessages: route({
    ...change,
    path: '/v1/targets/{id}/messages/release',
    summary: 'Give messages back',
    description: 'They can be fetched again at once, or after a delay. It counts as a failed attempt.',
    body: {
      schema: z.strictObject({
        receipts,
        delaySeconds: z.int().min(0).max(LEASE_SECONDS.max).optional().meta({
          description: 'Until they can be fetched again; 0 when left out.',
        }),
      }),
      example: { receipts: [exampleReceipt], delaySeconds: 30 },
    },
    answers: done,
  }),
  extendMessages: route({
    ...change,
    path: '/v1/targets/{id}/messages/extend',
    summary: 'Extend the leases of messages',
    description: `They end so many seconds from now. A lease lasts ${LEASE_SECONDS.max / 3600} hours at most, from when its message was fetched.`,
    body: {
      schema: z.strictObject({ receipts, leaseSeconds }),
      example: { receipts: [exampleReceipt], leaseSeconds: 600 },
    },
    answers: done,
  }),
};
