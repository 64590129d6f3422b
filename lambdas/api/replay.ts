import * as z from 'zod';
import { DEATH_REASONS, WAITING_STATUSES } from '../delivery/delivery.ts';
import { SKIP_REASONS } from '../replay/replay.ts';
import { JOB_STATES } from '../replay/replay-job.ts';
import { exampleAttempt } from './attempts.ts';
import { delivery, deliveryPage, exampleDelivery } from './history.ts';
import { listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { pageOf, subscriptionId, targetId, time } from './schemas.ts';

/** Deliveries that are sent again, and dead letters: one by one, or by jobs. */

export const span = {
  from: time.optional().meta({ description: 'Events accepted at or after this time.' }),
  to: time.optional().meta({ description: 'Events accepted before this time.' }),
};

const deadFilter = {
  subscriptionId: subscriptionId.optional().meta({ description: 'Of this subscription alone.' }),
  targetId: targetId.optional().meta({ description: 'To this target alone.' }),
  reason: z.enum(DEATH_REASONS).optional().meta({ description: 'Dead for this reason alone.' }),
  ...span,
};

const skipReason = z.enum(SKIP_REASONS);

const replay = z
  .object({
    id: z.string(),
    state: z.enum(JOB_STATES),
    problem: z.string().optional().meta({
      description:
        'Why it failed: a reason as in `skippedFor`, `filter_disabled`, `too_many_pages` or `infrastructure`.',
    }),
    action: z.enum(['send', 'purge']),
    deliveries: z.enum(['event', 'dead', 'waiting', 'all']),
    eventId: z.string().optional(),
    subscriptionId: z.string().optional(),
    targetId: z.string().optional(),
    reason: z.enum(DEATH_REASONS).optional(),
    status: z.array(z.enum(WAITING_STATUSES)).optional(),
    eventType: z.string().optional(),
    from: time.optional(),
    to: time.optional(),
    looked: z.int().meta({ description: 'Deliveries, or events, that were scanned.' }),
    sent: z.int(),
    purged: z.int(),
    skipped: z.int(),
    skippedFor: z.record(z.string(), z.int()).meta({ description: 'How many of these for which reason.' }),
    reachedAt: time.optional().meta({ description: 'All events accepted before this time are done.' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Replay', description: 'A job that sends deliveries again, or purges dead letters.' });
export type ReplayView = z.input<typeof replay>;

const MAX_IDS = 100;

const selectedByIds = z
  .strictObject({ ids: z.array(z.string()).min(1).max(MAX_IDS) })
  .meta({ id: 'DeadLettersByIds' });
const selectedByFilter = z
  .strictObject({ all: z.literal(true), ...deadFilter })
  .meta({ id: 'DeadLettersByFilter', description: 'All, or those that meet every condition given.' });

const selection = z.union([selectedByIds, selectedByFilter]);
export type SelectionInput = z.output<typeof selection>;
export type DeadFilterInput = Omit<z.output<typeof selectedByFilter>, 'all'>;

const selectionBody = {
  schema: selection,
  examples: {
    some: { ids: ['dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY'] },
    all: { all: true },
    filtered: { all: true, reason: 'exhausted' },
  },
  choose: (value: unknown) =>
    typeof value === 'object' && value !== null && 'ids' in value ? selectedByIds : selectedByFilter,
};

const results = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        done: z.boolean(),
        reason: skipReason.optional().meta({ description: 'Why it was not done.' }),
      }),
    ),
  })
  .meta({ id: 'DeadLetterResults' });

export const exampleReplay = {
  id: 'rpl_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  state: 'running',
  action: 'send',
  deliveries: 'dead',
  subscriptionId: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  looked: 0,
  sent: 0,
  purged: 0,
  skipped: 0,
  skippedFor: {},
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
} as const;

const exampleDead = {
  ...exampleDelivery,
  status: 'dead',
  reason: 'rejected',
  attempts: [{ number: 1, at: '2026-11-21T12:00:00.000Z', durationMs: 6, statusCode: 400, answer: 'no' }],
} as const;

export const startedJob = {
  202: { description: 'A job that does it.', schema: replay, example: exampleReplay },
} as const;

const byIdsOrJob = {
  200: {
    description: 'Done, for the ids that were named.',
    schema: results,
    example: { items: [{ id: exampleDead.id, done: true }] },
  },
  ...startedJob,
} as const;

const deliveries = { function: 'manage', tag: 'Events' } as const;
const base = { function: 'manage', tag: 'Replay' } as const;

export const replayRoutes = {
  getDelivery: route({
    ...deliveries,
    method: 'GET',
    path: '/v1/deliveries/{id}',
    scope: 'read',
    limitedBy: 'delivery',
    summary: 'Read a delivery',
    answers: {
      200: {
        description: 'The delivery, with every attempt.',
        schema: delivery,
        example: { ...exampleDelivery, attempts: [exampleAttempt] },
      },
    },
  }),
  replayDelivery: route({
    ...base,
    method: 'POST',
    path: '/v1/deliveries/{id}/replay',
    scope: 'manage',
    limitedBy: 'delivery',
    summary: 'Send a delivery again',
    description:
      'For a delivery that is dead or was delivered. It goes to its subscription’s present target, with a retry schedule of its own. Refused as long as it has attempts to come: `retry` makes the next one at once.',
    answers: {
      202: {
        description: 'Under way.',
        schema: delivery,
        example: { ...exampleDead, status: 'attempting', reason: undefined },
      },
    },
  }),
  replayEvent: route({
    ...base,
    method: 'POST',
    path: '/v1/events/{id}/replay',
    scope: 'manage',
    changesNothing: true,
    summary: 'Send an event again',
    description:
      'To every subscription that it went to, or to one of them. Deliveries with attempts to come are skipped.',
    body: {
      optional: true,
      schema: z.strictObject({ subscriptionId: z.string().optional() }).meta({ id: 'EventReplay' }),
      example: {},
    },
    answers: startedJob,
  }),
  replaySubscription: route({
    ...base,
    method: 'POST',
    path: '/v1/subscriptions/{id}/replay',
    scope: 'manage',
    changesNothing: true,
    summary: 'Send a subscription what it missed',
    description:
      'The dead letters of a span of time, or with `all` every event of it that the filter wants now, also those from before there was the subscription. Test events and Posthorn’s own are not among these. The oldest come first, no faster than the target’s rate limit.',
    body: {
      schema: z
        .strictObject({
          deliveries: z.enum(['dead', 'all']),
          from: span.from.meta({ description: 'As far back as the log goes when left out.' }),
          to: span.to.meta({ description: 'Now when left out.' }),
        })
        .meta({ id: 'SubscriptionReplay' }),
      examples: { failures: { deliveries: 'dead' }, 'all events': { deliveries: 'all' } },
    },
    answers: startedJob,
  }),
  listDeadLetters: route({
    ...base,
    method: 'GET',
    path: '/v1/dead-letters',
    scope: 'read',
    limitedBy: 'targetId',
    summary: 'List dead letters',
    description:
      'Deliveries that will not be tried again by themselves, and were not purged. A page can hold fewer than its limit, or none, and still have a next one: each request scans a bounded number.',
    query: listQuery('newest', deadFilter),
    answers: listAnswer('A page of deliveries, with every attempt.', deliveryPage, exampleDead),
  }),
  redriveDeadLetters: route({
    ...base,
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    scope: 'manage',
    summary: 'Send dead letters again',
    description: 'Up to 100 by their ids, at once; or all, or those that a filter names, by a job.',
    body: selectionBody,
    answers: byIdsOrJob,
  }),
  purgeDeadLetters: route({
    ...base,
    method: 'POST',
    path: '/v1/dead-letters/purge',
    scope: 'manage',
    summary: 'Purge dead letters',
    description:
      'They are listed no more, and not sent by a job. Each can still be read, and sent again under its id, as long as the log has it.',
    body: selectionBody,
    answers: byIdsOrJob,
  }),
  listReplays: route({
    ...base,
    method: 'GET',
    path: '/v1/replays',
    scope: 'read',
    summary: 'List replays',
    query: listQuery('newest'),
    answers: listAnswer('A page of jobs. They are kept for 30 days.', pageOf(replay), exampleReplay),
  }),
  getReplay: route({
    ...base,
    method: 'GET',
    path: '/v1/replays/{id}',
    scope: 'read',
    summary: 'Read a replay',
    answers: { 200: { description: 'The job, and how far it is.', schema: replay, example: exampleReplay } },
  }),
  cancelReplay: route({
    ...base,
    method: 'POST',
    path: '/v1/replays/{id}/cancel',
    scope: 'manage',
    summary: 'Cancel a replay',
    description:
      'It does no further page; deliveries already sent continue. A job that has ended stays as it is.',
    answers: {
      200: { description: 'The job.', schema: replay, example: { ...exampleReplay, state: 'cancelled' } },
    },
  }),
};
