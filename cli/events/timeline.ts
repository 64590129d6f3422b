import type { Result, Schemas } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { field, state, time } from '../output/columns.ts';
import { safeText } from '../output/safe-text.ts';
import type { Column } from '../output/value.ts';

type Page = Result<'getEventTimeline'>;

const ENTRIES: readonly Column[] = [
  time('at', 'at'),
  state('what', 'kind'),
  field('delivery', 'deliveryId'),
  field('told', 'text'),
];

/** What happened to an event, oldest first, and what comes next. */
export const timeline: Command = {
  words: 'events timeline',
  summary: 'Follow an event: what happened to it, in sentences, and what comes next.',
  args: [{ name: '<id>', description: 'One of the events.' }],
  options: [
    {
      flags: '--subscription-id <id>',
      description: 'Of this subscription alone. If it did not get the event, the entries say why.',
    },
  ],
  examples: [
    'posthorn events timeline evt_01JC',
    ['posthorn events timeline evt_01JC --subscription-id sub_01JC', 'why one got it, or did not'],
  ],
  covers: ['getEventTimeline'],
  run,
};

async function run({ io, out, api: connect }: Context, args: Values, options: Values): Promise<undefined> {
  const api = await connect();
  const asked = { id: args.id as string, limit: 200, ...idOf(options) };
  const pages: Page[] = [];
  for await (const page of api.getEventTimeline(asked, { signal: io.signal }).pages())
    pages.push(page as Page);
  const items = pages.flatMap((page) => page.items);
  const deliveries = pages.flatMap((page) => page.deliveries);
  if (out.isJson) return void (await out.json({ ...pages[0], items, deliveries, next: null }));
  await out.rows(ENTRIES, items, 'Nothing is known of it.');
  const coming = deliveries.flatMap(upcoming);
  if (coming.length > 0) out.note(coming.join('\n'));
}

const idOf = ({ subscriptionId }: Values): { subscriptionId?: string } =>
  typeof subscriptionId === 'string' ? { subscriptionId } : {};

const upcoming = ({ id, upcoming: next }: Schemas['FollowedDelivery']): string[] =>
  next === null ? [] : [`${id}: ${safeText(next.text)}`];
