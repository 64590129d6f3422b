import type { Schemas } from '../../client/index.ts';
import { DELIVERY_COLUMNS } from '../deliveries/columns.ts';
import { payload } from '../events/payload.ts';
import { timeline } from '../events/timeline.ts';
import { field, ID, time } from '../output/columns.ts';
import type { Row } from '../routes/row.ts';

const bytes = field('bytes');

export const eventRows: readonly Row[] = [
  {
    words: 'events list',
    operation: 'listEvents',
    examples: [
      'posthorn events list',
      ["posthorn events list --type 'payment.**' --outcome failed --from 2h", 'payments that did not arrive'],
    ],
    columns: [ID, field('type'), field('source'), field('matched'), bytes, time('accepted', 'acceptedAt')],
    empty: 'There is no such event. `posthorn events publish` or `posthorn trigger` publishes one.',
  },
  {
    words: 'events get',
    operation: 'getEvent',
    examples: ['posthorn events get evt_01JC'],
    columns: [
      ID,
      field('type'),
      time('accepted', 'acceptedAt'),
      field('matched', ({ matched }: Schemas['Event']) =>
        matched === 1 ? '1 subscription' : `${matched} subscriptions`,
      ),
      field('source'),
      field('priority'),
      field('region'),
      field('content type', 'contentType'),
      bytes,
      field('test'),
      field('dead'),
      field('traceparent'),
      field('tracestate'),
    ],
    note: ({ id }: Schemas['Event']) => `\`posthorn events timeline ${id}\` tells what became of it.`,
  },
  {
    words: 'events deliveries',
    operation: 'listEventDeliveries',
    examples: ['posthorn events deliveries evt_01JC'],
    columns: DELIVERY_COLUMNS.filter(({ title }) => title !== 'event type' && title !== 'accepted'),
    empty: 'No subscription has got it. `posthorn events timeline` says why.',
  },
];

export const eventCommands = [payload, timeline];
