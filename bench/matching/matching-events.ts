/** Random numbers, the same for the same seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  oneOf<T>(items: readonly T[]): T;
  /** True with the given probability. */
  chance(share: number): boolean;
}

/** A linear congruential generator: Numerical Recipes' constants, upper bits first. Plenty for test data. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    oneOf: (items) => items[below(items.length)]!,
    chance: (share) => next() < share,
  };
}

/** Events as filters see them, with their payload as it arrives. */
export interface BenchEvent {
  readonly type: string;
  readonly source: string;
  readonly region: string;
  readonly priority: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly payload: Uint8Array;
}

/** The catalogue: 12 areas with 5 things each to which 4 things happen, 240 types. Events come out of 4 areas. */
const AREAS = {
  order: ['cart', 'basket', 'line', 'quote', 'approval'],
  payment: ['charge', 'refund', 'payout', 'dispute', 'transfer'],
  billing: ['invoice', 'credit', 'plan', 'usage', 'tax'],
  shipping: ['parcel', 'label', 'pickup', 'return', 'customs'],
  catalog: ['product', 'variant', 'price', 'stock', 'image'],
  account: ['user', 'team', 'role', 'session', 'key'],
  support: ['ticket', 'comment', 'survey', 'macro', 'queue'],
  build: ['job', 'artifact', 'runner', 'cache', 'log'],
  deploy: ['release', 'stage', 'rollback', 'check', 'gate'],
  monitor: ['alert', 'probe', 'incident', 'metric', 'trace'],
  device: ['sensor', 'gateway', 'firmware', 'battery', 'door'],
  message: ['mail', 'sms', 'push', 'chat', 'call'],
} as const;
export const ACTIONS = ['created', 'updated', 'failed', 'finished'] as const;
export const AREA_NAMES = Object.keys(AREAS);
export const EVENT_AREAS = AREA_NAMES.slice(0, 4);
export const TYPES = Object.entries(AREAS).flatMap(([area, things]) =>
  things.flatMap((thing) => ACTIONS.map((action) => `${area}.${thing}.${action}`)),
);
const EVENT_TYPES = TYPES.filter((type) => EVENT_AREAS.some((area) => type.startsWith(`${area}.`)));

/** Values of fields in events and filters: names and the number of different values. */
export const VALUES = {
  source: ['api', 'shop', 'mobile', 'import', 'worker', 'payment-service', 'erp', 'pos', 'partner', 'cron'],
  region: ['eu-west-1', 'eu-central-1', 'us-east-1', 'ap-south-1'],
  level: ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
  status: ['open', 'pending', 'paid', 'void', 'late', 'held', 'done', 'lost'],
  country: 'AT BE BR CA CH CN CZ DE DK ES FI FR GB GR HU IE IN IT JP KR MX NL NO PL PT SE SK TR US ZA'.split(
    ' ',
  ),
  plan: ['free', 'team', 'pro', 'enterprise'],
} as const;
export const COUNTS = { customers: 5000, stores: 500, campaigns: 100, products: 2000, hosts: 200 } as const;

export const customerId = (n: number): string => `cus_${(0x5eed0000 + n * 7919).toString(16)}`;
export const storeId = (n: number): string => `store-${n}`;
export const campaignId = (n: number): string => `cmp_${n}`;
export const sku = (n: number): string => `sku-${10_000 + n}`;
/** The campaign of all events. Filters that are to match ask for it. */
export const BUSY_CAMPAIGN = 'cmp_busy';

const WEDNESDAY_NOON = Date.UTC(2026, 0, 14, 12);

/** Events one after another, ten milliseconds apart. @param bytes of each payload, or a little more */
export function makeEvents(count: number, bytes: number, random: Random): BenchEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    type: random.oneOf(EVENT_TYPES),
    source: random.oneOf(VALUES.source),
    region: random.oneOf(VALUES.region),
    priority: 'normal',
    at: WEDNESDAY_NOON + 10 * i,
    payload: new TextEncoder().encode(payloadOf(bytes, random)),
  }));
}

function payloadOf(bytes: number, random: Random): string {
  const id = random.below(1e9).toString(16).padStart(8, '0');
  const items: object[] = [];
  const payload = {
    id: `obj_${id}`,
    level: random.oneOf(VALUES.level),
    status: random.oneOf(VALUES.status),
    // Most amounts are small, some large: 1 to 100,000.
    amount: Math.round(10 ** (5 * random.next()) * 100) / 100,
    durationMs: Math.round(10 ** (4 * random.next())),
    customer: {
      id: customerId(random.below(COUNTS.customers)),
      email: `${id.slice(0, 5)}@mail${random.below(COUNTS.hosts)}.example`,
      country: random.oneOf(VALUES.country),
      plan: random.oneOf(VALUES.plan),
    },
    campaign: { id: BUSY_CAMPAIGN },
    store: storeId(random.below(COUNTS.stores)),
    request: {
      path: `/v2/stores/${random.below(COUNTS.stores)}/orders/${id}`,
      host: `api-${random.oneOf(VALUES.region)}-${random.below(COUNTS.hosts)}.example.net`,
    },
    message: `request ${id} answered by node ${random.below(COUNTS.hosts)} after ${random.below(5000)} ms`,
    items,
  };
  while (JSON.stringify(payload).length < bytes) {
    items.push({
      sku: sku(random.below(COUNTS.products)),
      quantity: 1 + random.below(9),
      price: random.below(100_000) / 100,
      options: { gift: random.chance(0.1), colours: ['red', 'blue'].slice(random.below(2)), note: null },
    });
  }
  return JSON.stringify(payload);
}
