import * as z from 'zod';
import { DEATH_REASONS, WAIT_REASONS } from '../delivery/delivery.ts';
import { ERROR_CLASSES } from '../http-client/error-class.ts';
import { MEANINGS } from '../http-client/verdict.ts';
import { mismatch } from './filters.ts';
import { delivery, event, exampleEvent } from './history.ts';
import { pageQuery } from './lists.ts';
import { route } from './route.ts';
import { time } from './schemas.ts';

/** Following one event: what happened to it, in sentences, and what comes next. */

const KINDS = {
  accepted: 'the event was accepted',
  lost: 'a part of Posthorn failed on it, so not all deliveries could be made',
  matched: '`count` subscriptions wanted it',
  unmatched: 'none did',
  not_matched: 'why the subscription that is asked for did not get it',
  earlier: '`count` attempts that are no longer kept',
  attempt: 'a request, and what came of it',
  moved: 'it went to another lane',
  waited: 'how long it waited, until `until`; `waitingFor` is left out where that is not kept',
  replayed: 'it was sent again on request, by a replay or a retry; `count` says for which time',
  waiting: 'what it waits for now',
  delivered: 'it arrived',
  dead: 'it was given up; if a `replayed` follows, it was sent again',
} as const;

const described = (words: Readonly<Record<string, string>>): string =>
  Object.entries(words)
    .map(([word, text]) => `\`${word}\`: ${text}`)
    .join('; ');

/** Why a subscription did not get an event. */
const WHY_NOT = {
  addressed_to_another: 'the event was addressed to another subscription',
  matching: 'not all subscriptions have been asked yet',
  event_dead: 'a part of Posthorn failed on the event',
  created_later: 'the subscription was made later',
  paused: 'the subscription is paused',
  subscription_changed: 'the subscription was changed later',
  filter: 'the filter does not match, see `mismatch`',
  filter_changed: 'the filter was changed later',
  filter_disabled: 'the filter is switched off',
  filter_deleted: 'the filter is gone',
  payload_gone: 'the payload, which the filter asks for, is no longer kept',
  matches_now: 'the filter as it is now matches: a replay sends it',
  unknown: 'nothing that is kept explains it',
} as const;

const keysOf = <W extends object>(words: W) =>
  Object.keys(words) as [keyof W & string, ...(keyof W & string)[]];

const waitingFor = z.enum(WAIT_REASONS).optional().meta({ description: 'As in a delivery.' });

const entry = z
  .object({
    at: time.meta({ description: 'The log does not keep when an event was matched: that has its time.' }),
    kind: z.enum(keysOf(KINDS)).meta({ description: `${described(KINDS)}.` }),
    text: z.string().meta({ description: 'The same in one or two sentences, for people.' }),
    subscriptionId: z.string().optional(),
    deliveryId: z.string().optional(),
    targetId: z.string().optional(),
    count: z.int().optional(),
    attempt: z.int().optional().meta({ description: 'Its number, 1 for the first.' }),
    statusCode: z.int().optional(),
    error: z.enum(ERROR_CLASSES).optional(),
    verdict: z
      .enum(MEANINGS)
      .optional()
      .meta({ description: 'What the answer means, where its status does not say it.' }),
    durationMs: z.number().optional(),
    probe: z.literal(true).optional().meta({ description: 'A probe of a failing endpoint.' }),
    waitingFor,
    until: time.optional(),
    reason: z
      .enum([...DEATH_REASONS, ...keysOf(WHY_NOT)])
      .optional()
      .meta({ description: `Of \`dead\`, as in a delivery. Of \`not_matched\`: ${described(WHY_NOT)}.` }),
    mismatch: mismatch.optional(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.input<typeof entry>;

const UPCOMING = {
  attempt: 'it is posted',
  probe: 'the failing endpoint is tried, with this delivery or another that waits',
  release: 'waiting deliveries are released in turn',
  batch: 'it is posted together with others',
  fetch: 'its target’s owner is to fetch it',
  dead: 'it is given up',
} as const;

const upcoming = z
  .object({
    kind: z.enum(keysOf(UPCOMING)).meta({ description: `${described(UPCOMING)}.` }),
    text: z.string(),
    at: time.optional().meta({ description: 'When; left out where that is not known.' }),
    attempt: z.int().optional().meta({ description: 'The number of the attempt.' }),
    probe: z
      .int()
      .optional()
      .meta({ description: 'The number of the probe since the endpoint began to fail.' }),
    reason: z.enum(DEATH_REASONS).optional().meta({ description: 'Of `dead`.' }),
    givesUpAt: time.optional().meta({ description: 'If it still waits then, it becomes a dead letter.' }),
  })
  .meta({ id: 'Upcoming' });
export type Upcoming = z.input<typeof upcoming>;

const followed = z
  .object({
    ...delivery.pick({
      id: true,
      subscriptionId: true,
      targetId: true,
      status: true,
      reason: true,
      waitingFor: true,
      nextAttemptAt: true,
    }).shape,
    upcoming: upcoming.nullable().meta({ description: 'What happens next; null when it is settled.' }),
  })
  .meta({ id: 'FollowedDelivery' });
export type FollowedDeliveryView = z.input<typeof followed>;

const timeline = z
  .object({
    event,
    items: z.array(entry).meta({ description: 'What happened, in the order of time.' }),
    deliveries: z.array(followed).meta({ description: 'By subscription.' }),
    next: z
      .string()
      .nullable()
      .meta({ description: 'The `cursor` of the next deliveries; null with the last.' }),
  })
  .meta({ id: 'Timeline' });

const ids = {
  subscriptionId: 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  deliveryId: 'dlv_01KAK2V5E4V2N9CR0Q6WV7Z1QX01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  targetId: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
} as const;

const example = {
  event: exampleEvent,
  items: [
    {
      at: '2026-11-21T12:00:00.000Z',
      kind: 'accepted',
      text: 'Accepted: an event of type payment.processor.failure, with 18 bytes of application/json.',
    },
    { at: '2026-11-21T12:00:00.000Z', kind: 'matched', count: 1, text: 'It matched 1 subscription.' },
    {
      at: '2026-11-21T12:00:00.120Z',
      kind: 'attempt',
      ...ids,
      attempt: 1,
      durationMs: 6,
      statusCode: 503,
      text: 'Attempt 1: the endpoint answered 503 after 6 ms.',
    },
    {
      at: '2026-11-21T12:00:00.126Z',
      kind: 'waiting',
      ...ids,
      waitingFor: 'retry',
      until: '2026-11-21T12:00:05.126Z',
      text: 'It waits until 2026-11-21T12:00:05.126Z for its next attempt.',
    },
  ],
  deliveries: [
    {
      id: ids.deliveryId,
      subscriptionId: ids.subscriptionId,
      targetId: ids.targetId,
      status: 'retrying',
      waitingFor: 'retry',
      nextAttemptAt: '2026-11-21T12:00:05.126Z',
      upcoming: {
        kind: 'attempt',
        attempt: 2,
        at: '2026-11-21T12:00:05.126Z',
        text: 'Attempt 2, at 2026-11-21T12:00:05.126Z.',
      },
    },
  ],
  next: null,
} as const;

export const timelineRoutes = {
  getEventTimeline: route({
    function: 'manage',
    method: 'GET',
    scope: 'read',
    tag: 'Events',
    path: '/v1/events/{id}/timeline',
    limitedBy: 'event',
    summary: 'Follow an event',
    description:
      'What happened to it, in sentences with their fields, and what happens next to each delivery that is not settled. An event with many deliveries has several pages, by subscription: the entries of a page are of its deliveries, and those of the event itself stand on the first.',
    query: z.strictObject({
      ...pageQuery,
      subscriptionId: z.string().optional().meta({
        description: 'Of this subscription alone. If it did not get the event, the entries say why.',
      }),
    }),
    answers: { 200: { description: 'The timeline.', schema: timeline, example } },
  }),
};
