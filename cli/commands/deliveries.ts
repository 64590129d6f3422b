import { DELIVERY_COLUMNS } from '../deliveries/columns.ts';
import { showDelivery } from '../deliveries/show.ts';
import type { Row } from '../routes/row.ts';

export const deliveryRows: readonly Row[] = [
  {
    words: 'deliveries list',
    operation: 'listDeliveries',
    examples: [
      'posthorn deliveries list',
      ["posthorn deliveries list --status retrying,dead --event-type 'payment.**' --from 2h", 'what fails'],
      ['posthorn deliveries list --all --format ndjson > deliveries.ndjson', 'all of them, a line each'],
    ],
    columns: DELIVERY_COLUMNS,
    empty: 'There is no such delivery. `posthorn events list` shows what was published.',
  },
  {
    words: 'deliveries get',
    operation: 'getDelivery',
    summary: 'Read a delivery with each of its attempts.',
    examples: ['posthorn deliveries get dlv_01JC'],
    show: showDelivery,
  },
  {
    words: 'dead-letters list',
    operation: 'listDeadLetters',
    examples: [
      'posthorn dead-letters list',
      ['posthorn dead-letters list --reason rejected --from 1d', 'what was refused since yesterday'],
    ],
    columns: DELIVERY_COLUMNS.filter(({ title }) => title !== 'status' && title !== 'next'),
    empty: 'There is no dead letter: nothing has to be sent again.',
  },
];
