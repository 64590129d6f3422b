import { setImmediate as nextTick } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { evaluate } from '../../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../../lambdas/matching/index/all-engines.ts';
import { BYTES_PER_SUBSCRIPTION, bytesOfFilter } from '../../../lambdas/matching/index/index-size.ts';
import { buildTenantIndex } from '../../../lambdas/matching/index/tenant-index.ts';
import type { Envelope } from '../../../lambdas/matching/language/envelope.ts';
import type { FilterParts } from '../../../lambdas/matching/language/filter.ts';

/** Run as a process: prints the heap bytes of indexes over several kinds of filters, as JSON. */

export interface Size {
  readonly kind: string;
  /** Bytes for each filter with one subscription. */
  readonly real: number;
  readonly estimated: number;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Filter number `i`, which shares no value and no event type with others: the largest possible index. */
const KINDS: Readonly<Record<string, (i: number) => FilterParts>> = {
  bare: (i) => ({ events: [`shop.order.n${i}`] }),
  'of one event type': (i) => ({
    events: ['shop.order.placed'],
    where: { data: { customer: { id: [`cus_${i}`] } } },
  }),
  'own field and payload': (i) => ({
    events: [`shop${i % 100}.order.placed`],
    where: { source: [`source-${i % 10}`], data: { customer: { id: [`customer-${i}`] } } },
  }),
  'five patterns and ten fields': (i) => ({
    events: numbers(5).map((n) => `area${n}.n${i}.*`),
    where: { data: Object.fromEntries(numbers(10).map((n) => [`field${n}`, [`value-${i}-${n}`]])) },
  }),
  'a long text': (i) => ({
    events: ['shop.order.*'],
    where: { data: { text: [{ prefix: `${i}-`.padEnd(1000, 'x') }], name: [`${i}-`.padEnd(1000, 'y')] } },
  }),
  '64 values': (i) => ({
    events: ['shop.order.*'],
    where: { data: { id: numbers(64).map((n) => `${i}-${n}`) } },
  }),
  'values of an own field and of the payload': (i) => ({
    events: numbers(4).map((n) => `shop${n}.n${i}`),
    where: { source: numbers(7).map((n) => `source-${n}`), data: { id: numbers(7).map((n) => `${i}-${n}`) } },
  }),
  'sources without a common value': (i) => ({
    events: ['shop.order.*'],
    where: { source: numbers(64).map((n) => `source-${i}-${n}`), data: { id: numbers(3) } },
  }),
  'more values than have places': (i) => ({
    events: numbers(100).map((n) => `shop${n}.n${i}`),
    where: { source: numbers(64).map((n) => `source-${n}`), data: { id: numbers(64) } },
  }),
  'patterns and values': (i) => ({
    events: numbers(100).map((n) => `shop.n${i}-${n}`),
    where: { source: numbers(2).map((n) => `source-${n}`), data: { id: [i] } },
  }),
  'seven values': (i) => ({
    events: ['shop.order.*'],
    where: { data: { id: numbers(7).map((n) => `${i}-${n}`) } },
  }),
  operators: (i) => ({
    events: ['shop.order.*'],
    where: {
      data: {
        path: [{ wildcard: `/v${i}/*/orders/*` }],
        amount: [{ numeric: ['>', i, '<=', i + 10] }],
        level: [{ 'anything-but': ['DEBUG', 'INFO'] }],
        address: [{ cidr: '10.0.0.0/8' }],
        name: [{ 'equals-ignore-case': `Name ${i}` }, { exists: false }],
      },
    },
  }),
  alternatives: (i) => ({
    events: ['shop.order.*'],
    where: {
      data: { $or: numbers(8).map((n) => ({ [`field${n}`]: [`${i}`], other: [{ prefix: `${n}-${i}` }] })) },
    },
  }),
  jsonpath: (i) => ({
    events: ['shop.order.*'],
    jsonpath: `$.data.items[?@.price > ${i} && @.sku == 'sku-${i}']`,
  }),
  'jsonpath of names': (i) => ({ events: ['shop.order.*'], jsonpath: `$.data.a.b.c.d.e.f.g.h${i}` }),
  'jsonpath of many parts': (i) => ({
    events: ['shop.order.*'],
    jsonpath: `$.data[?${numbers(60)
      .map((n) => `@.a==${i + n}`)
      .join('||')}]`,
  }),
  'jsonpath of indexes': (i) => ({
    events: ['shop.order.*'],
    jsonpath: `$.data[${i},${numbers(400)
      .map((n) => n % 10)
      .join()}]`,
  }),
  'jsonpath of comparisons': (i) => ({
    events: ['shop.order.*'],
    jsonpath: `$.data[?${numbers(60)
      .map((n) => `@==${(i + n) % 10}`)
      .join('||')}]`,
  }),
  'jsonpath of tests': (i) => ({
    events: ['shop.order.*'],
    jsonpath: `$.data[?${numbers(60)
      .map(() => '!@.*')
      .join('&&')}||${i}==1]`,
  }),
  'jsonpath of steps': () => ({ events: ['shop.order.*'], jsonpath: `$.data${'.*'.repeat(60)}` }),
  'jsonpath of descendants': () => ({ events: ['shop.order.*'], jsonpath: `$.data${'..*'.repeat(60)}` }),
  during: (i) => ({
    events: ['shop.order.*'],
    during: { days: ['mon', 'tue'], from: '09:00', to: `1${i % 8}:00`, timeZone: 'Europe/Berlin' },
  }),
  'seven spans': (i) => ({
    events: ['shop.order.*'],
    during: numbers(7).map(() => ({ from: '09:00', to: `1${i % 8}:00`, timeZone: 'UTC' })),
  }),
  'nested deeply': (i) => ({
    events: ['shop.order.*'],
    where: { data: { a: { b: { c: { d: { e: { f: { g: { h: [`${i}`] } } } } } } } } },
  }),
  largest: (i) => ({
    events: numbers(100).map((n) => `n${i}.${n}.${'a.'.repeat(13)}b`),
    where: { data: Object.fromEntries(numbers(199).map((n) => [`field${n}`, [`value-${i}-${n}`]])) },
  }),
  'short fields': (i) => ({
    events: ['shop.order.*'],
    where: { data: Object.fromEntries(numbers(199).map((n) => [`f${n}`, [n, i]])) },
  }),
};

setFlagsFromString('--expose-gc');
// Otherwise code that is optimised or discarded meanwhile counts as heap.
setFlagsFromString('--no-opt');
const collect = runInNewContext('gc') as () => void;

/** Collects garbage until nothing more is freed: some of it is free only after another tick. */
async function heapBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let idle = 0; idle < 2; ) {
    collect();
    await nextTick();
    const { heapUsed } = process.memoryUsage();
    idle = heapUsed < least - 1000 ? 0 : idle + 1;
    least = Math.min(least, heapUsed);
  }
  return least;
}

/** How many of the large ones are built. Fewer of the small ones would not show beside the process itself. */
const COUNTS: Readonly<Record<string, number>> = {
  largest: 10,
  'short fields': 40,
  'more values than have places': 20,
  'patterns and values': 10,
  'jsonpath of many parts': 30,
};
const COUNT = 150;

const EVENT: Envelope = { type: 'x', at: 0, data: { items: [], a: { b: 1 } } };

async function sizeOf(kind: string, make: (i: number) => FilterParts): Promise<Size> {
  const count = COUNTS[kind] ?? COUNT;
  const estimated =
    BYTES_PER_SUBSCRIPTION + numbers(count).reduce((sum, i) => sum + bytesOfFilter(make(i)), 0) / count;
  // An unmeasured build first, so that the process has all that it needs itself.
  buildAndUse(make, count);
  let real = await heapOf(make, count);
  if (real > count * estimated || count * estimated > 4 * real) {
    // The median of three: now and then garbage is still on the heap.
    real = [real, await heapOf(make, count), await heapOf(make, count)].sort((a, b) => a - b)[1]!;
  }
  return { kind, real: Math.round(real / count), estimated: Math.round(estimated) };
}

async function heapOf(make: (i: number) => FilterParts, count: number): Promise<number> {
  const before = await heapBytes();
  const index = buildAndUse(make, count);
  const bytes = (await heapBytes()) - before;
  index.byId('');
  return bytes;
}

/** Texts as a table returns them: each a separate string. */
function buildAndUse(make: (i: number) => FilterParts, count: number) {
  const id = (prefix: string, i: number): string => `${prefix}_${String(i).padStart(26, '0')}`;
  const source = JSON.stringify({
    filters: numbers(count).map((i) => ({ id: id('flt', i), ...make(i) })),
    subscriptions: numbers(count).map((i) => ({
      id: id('sub', i),
      targetId: id('tgt', i),
      filterId: id('flt', i),
    })),
  });
  const index = buildTenantIndex({ ...JSON.parse(source), bytes: 0 }, ENGINES);
  for (const i of numbers(count)) evaluate(index.byId(id('sub', i))!.filter, EVENT);
  return index;
}

const sizes: Size[] = [];
for (const [kind, make] of Object.entries(KINDS)) sizes.push(await sizeOf(kind, make));
console.log(JSON.stringify(sizes));
