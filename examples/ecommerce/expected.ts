import { type Arrival, PAGERDUTY_PATH } from './receivers.ts';
import { SHELVES } from './shop.ts';

/** Who has to get what, and nothing else. */

interface Expected {
  readonly who: string;
  readonly at: string;
  readonly what: string;
  /** What stands for an arrival, such as the order's id. */
  readonly by: (arrival: Arrival) => unknown;
  readonly gets: readonly unknown[];
}

const field =
  (name: string) =>
  ({ data }: Arrival): unknown =>
    data[name];

export const EXPECTED: readonly Expected[] = [
  {
    who: 'Payment team',
    at: '/payment-team',
    what: 'failed payments of more than $1,000',
    by: field('orderId'),
    gets: ['o-4'],
  },
  {
    who: 'Supply system',
    at: '/supplier',
    what: 'critical stock, in its office hours',
    by: field('sku'),
    gets: ['lamp-7'],
  },
  {
    who: 'Night desk',
    at: '/night-desk',
    what: 'critical stock, at other times',
    by: field('sku'),
    gets: ['sofa-2'],
  },
  {
    who: 'Stock room',
    at: '/stock-room',
    what: 'all counts, and what is critical',
    by: ({ type }) => type,
    gets: [
      ...Array.from({ length: SHELVES }, () => 'inventory.stock.counted'),
      'inventory.stock.critical',
      'inventory.stock.critical',
    ],
  },
  {
    who: 'Fulfilment',
    at: '/fulfilment',
    what: 'orders from anywhere but the EU',
    by: field('orderId'),
    gets: ['o-1'],
  },
  {
    who: 'Fulfilment in the EU',
    at: '/eu/fulfilment',
    what: 'orders from the EU',
    by: field('orderId'),
    gets: ['o-4', 'o-5'],
  },
  {
    who: 'Monitoring',
    at: '/monitoring',
    what: 'requests of more than 2 s',
    by: field('route'),
    gets: ['GET /search'],
  },
  {
    who: 'On call',
    at: PAGERDUTY_PATH,
    what: 'incidents, as PagerDuty takes them',
    by: ({ type, data }) => `${type} ${data.dedup_key}`,
    gets: ['trigger i-7', 'resolve i-7'],
  },
  {
    who: 'Fraud service',
    at: '/fraud',
    what: 'that logins fail in a row, from log lines',
    by: ({ type, data }) => `${type} ${data.value}`,
    gets: ['posthorn.alert.raised 6'],
  },
];

export interface Row {
  readonly who: string;
  readonly gets: string;
  readonly expected: number;
  readonly arrived: number;
  readonly right: boolean;
}

/** What each got, beside what it had to get. */
export const rowsOf = (arrivals: readonly Arrival[]): Row[] =>
  EXPECTED.map(({ who, at, what, by, gets }) => {
    const got = arrivals.filter((arrival) => arrival.at === at).map(by);
    const right = JSON.stringify(got.map(String).sort()) === JSON.stringify(gets.map(String).sort());
    return { who, gets: what, expected: gets.length, arrived: got.length, right };
  });

/**
 * Whether what was critical went before what could wait.
 * @returns how many of the counts, which were published before it, came before it
 */
export function countsBefore(arrivals: readonly Arrival[]): number {
  const room = arrivals.filter(({ at }) => at === '/stock-room');
  return room.findIndex(({ type }) => type === 'inventory.stock.critical');
}
