import type { Result, Schemas } from '../../client/index.ts';
import type { Context } from '../context.ts';
import { field, percent, state, time, timeText } from '../output/columns.ts';
import { safeText } from '../output/safe-text.ts';
import { recordOf } from '../output/table.ts';
import type { Column } from '../output/value.ts';
import type { Row } from '../routes/row.ts';

const seconds = (title: string, value: string): Column => ({
  title,
  value: (row: never) => {
    const found = (row as Readonly<Record<string, number | null>>)[value];
    return typeof found === 'number' ? `${found} s` : found;
  },
});

const QUEUES: readonly Column[] = [
  field('queue', 'name'),
  field('region'),
  field('waiting'),
  field('in flight', 'inFlight'),
  field('delayed'),
  seconds('oldest', 'oldestSeconds'),
];

/** What waits, then what needs somebody. */
async function showOverview({ out }: Context, overview: Schemas['Overview']): Promise<void> {
  const { targets, holdQueues, release, recovery, attention } = overview;
  const { isCut, ...states } = targets;
  const troubled = Object.entries(states).filter(([, count]) => count > 0);
  const facts: (readonly [string, string])[] = [
    ['at', String(timeText(overview.at))],
    [
      'targets in trouble',
      troubled.length === 0
        ? 'none'
        : `${troubled.map(([name, count]) => `${count} ${name}`).join(', ')}${isCut ? ', or more' : ''}`,
    ],
    ['held', `${holdQueues.scheduled}${holdQueues.isCut ? ' or more' : ''} targets`],
    ['parked sent up to', String(timeText(release.sentUpTo) ?? '–')],
    ['recovery', recovery.isRunning ? 'runs' : 'does not run'],
  ];
  await out.text(`${recordOf(facts, out.colours)}\n`);
  await out.rows(QUEUES, overview.queues, 'There are no queues.');
  if (attention.length === 0) return out.note('Nothing needs attention.');
  await out.text(`\n${attention.map(({ text }) => out.colours.yellow(safeText(text))).join('\n')}`);
  out.note('docs/runbook.md says what to do.');
}

const dollars = (title: string, value: string): Column => ({
  title,
  value: (row: never) => `$${(row as Readonly<Record<string, number>>)[value]!.toFixed(2)}`,
});

const COSTS: readonly Column[] = [
  field('tenant', 'tenant.name'),
  field('id', 'tenant.id'),
  dollars('this month', 'dollars'),
  dollars('at least', 'atLeast'),
  dollars('at most', 'atMost'),
  field('deliveries', 'counted.deliveries'),
  field('attempts', 'counted.attempts'),
];

export const environmentRows: readonly Row[] = [
  {
    words: 'environment overview',
    operation: 'getOverview',
    examples: ['posthorn environment overview'],
    show: showOverview,
  },
  {
    words: 'environment targets',
    operation: 'listTroubledTargets',
    examples: ['posthorn environment targets --state open'],
    columns: [
      field('tenant', ({ tenant }: Schemas['TroubledTarget']) => tenant.name ?? tenant.id),
      field('id', 'target.id'),
      field('name', 'target.name'),
      field('url', 'target.url'),
      state('state', 'health.state'),
      time('since', 'health.troubledSince'),
      percent('attempts ok', 'health.attemptSuccessRate'),
      field('waiting', 'health.waiting'),
    ],
    empty: 'No target of any tenant is in trouble.',
  },
  {
    words: 'environment costs',
    operation: 'listCosts',
    examples: [
      'posthorn environment costs',
      ['posthorn environment costs --month 2026-10 --format csv', 'of another month'],
    ],
    columns: COSTS,
    empty: 'There is no tenant that costs anything.',
    noteOfList: ({ month, total, prices }: Result<'listCosts'>) =>
      `${month}, all together: $${total.dollars.toFixed(2)}. $${total.idleDollars.toFixed(2)} of it is there without any delivery. Prices of ${prices.region}, ${prices.asOf}.`,
  },
  {
    words: 'egress',
    operation: 'getEgress',
    examples: ['posthorn egress'],
    show: async ({ out }, { static: isStatic, addresses }: Schemas['Egress']) => {
      const items = addresses.flatMap(({ region, addresses: all }) =>
        all.map((address) => ({ region, address })),
      );
      await out.rows([field('region'), field('address')], items, 'There are no fixed addresses.');
      if (!isStatic) out.note('Deliveries come from AWS’s addresses, which change at any time.');
    },
  },
];
