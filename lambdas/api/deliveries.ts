import * as z from 'zod';
import { DEATH_REASONS, DELIVERY_STATUSES, type DeliveryStatus } from '../delivery/delivery.ts';
import { deliveryPage, exampleDelivery } from './history.ts';
import { listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { eventPattern, subscriptionId, targetId, time } from './schemas.ts';

/** Lists of deliveries. */

const statusExpected = `expected one or several of ${DELIVERY_STATUSES.join(', ')}, separated by commas`;
const anyStatus = DELIVERY_STATUSES.join('|');

const filters = {
  status: z
    .string()
    .regex(new RegExp(`^(${anyStatus})(,(${anyStatus}))*$`), statusExpected)
    .transform((text) => text.split(',') as DeliveryStatus[])
    .optional()
    .meta({
      description: `Those of one status, or of several, separated by commas: ${DELIVERY_STATUSES.map((status) => `\`${status}\``).join(', ')}.`,
      examples: ['retrying,parked,dead'],
    }),
  reason: z.enum(DEATH_REASONS).optional().meta({ description: 'Dead letters of this reason.' }),
  eventType: eventPattern
    .optional()
    .meta({ description: 'Of this event type, or of one that this pattern matches.' }),
  statusCode: z
    .string()
    .regex(
      /^([1-9]xx|[1-9][0-9]{2}|none)$/,
      'expected a status code such as 503, a class such as 5xx, or none',
    )
    .optional()
    .meta({
      description: 'Of the last answer: a code, a class such as `5xx`, or `none` where there was no answer.',
      examples: ['5xx'],
    }),
  from: time.optional().meta({ description: 'Events accepted at or after this time.' }),
  to: time.optional().meta({ description: 'Events accepted before this time.' }),
};

const ids = {
  targetId: targetId.optional().meta({ description: 'To this target.' }),
  subscriptionId: subscriptionId.optional().meta({ description: 'Of this subscription.' }),
};

/** Of one subscription. */
export const subscriptionDeliveriesQuery = listQuery('newest', filters);

const query = listQuery('newest', { ...filters, ...ids });
export type DeliveryQuery = z.output<typeof query>;

export const deliveryRoutes = {
  listDeliveries: route({
    function: 'manage',
    method: 'GET',
    path: '/v1/deliveries',
    scope: 'read',
    tag: 'Events',
    limitedBy: 'targetId',
    summary: 'List deliveries',
    description:
      'In the order of their events. What waits or is dead is found at once, by any filter. What has arrived is found through the events of the tenant, or through the subscription or target that is asked for: such a request reads a bounded part of the log, so its page can hold fewer deliveries than the limit, or none, and still have a next one. `queued` deliveries are among those of all the tenant’s events alone: they have no target yet, so `status=queued` goes with no `targetId`, and with no credential that is limited to targets.',
    query,
    answers: listAnswer('A page of deliveries, with every attempt.', deliveryPage, exampleDelivery),
  }),
};
