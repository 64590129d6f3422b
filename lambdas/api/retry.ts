import * as z from 'zod';
import { WAITING_STATUSES } from '../delivery/delivery.ts';
import { delivery, exampleDelivery } from './history.ts';
import { exampleReplay, span, startedJob } from './replay.ts';
import { route } from './route.ts';
import { subscriptionId, targetId } from './schemas.ts';

/** Deliveries that wait, tried at once: one by one, or by jobs. */

const waiting = {
  status: z.array(z.enum(WAITING_STATUSES)).min(1).max(WAITING_STATUSES.length).optional().meta({
    description:
      'One or both. `retrying`: the next attempt is minutes away. `parked`: it waits longer, or for its endpoint.',
  }),
  eventType: z.string().optional().meta({ description: 'Of events of this type alone.' }),
  ...span,
};

const waitingOfOne = z.strictObject(waiting).meta({
  id: 'WaitingFilter',
  description: 'All that waits, or what meets every condition given.',
});

const waitingOfTenant = z
  .strictObject({
    all: z
      .literal(true)
      .optional()
      .meta({ description: 'All that waits. Needed where no condition is given.' }),
    targetId: targetId.optional().meta({ description: 'What waits for this target alone.' }),
    subscriptionId: subscriptionId.optional().meta({ description: 'Of this subscription alone.' }),
    ...waiting,
  })
  .meta({
    id: 'WaitingDeliveries',
    minProperties: 1,
    description: 'What meets every condition given, or with `all` all that waits.',
  });
export type WaitingInput = z.output<typeof waitingOfTenant>;

const base = { function: 'manage', tag: 'Replay', method: 'POST', scope: 'manage' } as const;

const job = {
  202: { ...startedJob[202], example: { ...exampleReplay, deliveries: 'waiting' } },
} as const;

const ITS_TARGET =
  'The pause that its endpoint asked for ends, and if its breaker is open, a held delivery is posted at once as a probe: once the endpoint answers, all that it holds follows, and the job skips it as `held`.';

export const retryRoutes = {
  retryDelivery: route({
    ...base,
    path: '/v1/deliveries/{id}/retry',
    limitedBy: 'delivery',
    summary: 'Try a delivery now',
    description:
      'For a delivery that is `retrying` or `parked`. It goes to its subscription’s present target at once, also while the target’s breaker is open or its endpoint has asked for a pause, as its rate limit allows. Its retry schedule begins afresh. The attempt that it waited for is not made. Refused as `under_way` while it is being attempted.',
    answers: {
      202: {
        description: 'Under way.',
        schema: delivery,
        example: { ...exampleDelivery, status: 'attempting' },
      },
    },
  }),
  retryDeliveries: route({
    ...base,
    path: '/v1/deliveries/retry',
    summary: 'Try deliveries now',
    description:
      'What waits at this moment, by a job that lists among the replays: the oldest events first, slowly at the beginning, and no faster than rate limits allow. With a target or a subscription, as the routes of these. It needs a condition, or `all`: true.',
    body: {
      schema: waitingOfTenant,
      examples: { all: { all: true }, some: { status: ['parked'], eventType: 'order.paid' } },
    },
    answers: job,
  }),
  retryTarget: route({
    ...base,
    path: '/v1/targets/{id}/retry',
    changesNothing: true,
    summary: 'Try what waits for a target now',
    description: `For an endpoint that is back. ${ITS_TARGET} What waits for a time is sent by the job.`,
    body: { optional: true, schema: waitingOfOne, example: {} },
    answers: job,
  }),
  retrySubscription: route({
    ...base,
    path: '/v1/subscriptions/{id}/retry',
    changesNothing: true,
    summary: 'Try what waits for a subscription now',
    description: `Also what waits for a target that it had before: that goes to its present one. ${ITS_TARGET}`,
    body: { optional: true, schema: waitingOfOne, example: {} },
    answers: job,
  }),
};
