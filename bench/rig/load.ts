import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { machineMs } from './clock.ts';

/** When an event was sent and when its acceptance arrived, in milliseconds of the machine's clock. */
export interface Sent {
  readonly n: number;
  readonly sentAt: number;
  readonly acceptedAt: number;
}

export interface Load {
  /** As fast as possible: `parallel` requests at a time, each of `perRequest` events. */
  flood(first: number, count: number, options: { perRequest: number; parallel: number }): Promise<Sent[]>;
  /** Single events at a steady rate, whether or not the answers keep up. */
  steady(first: number, perSecond: number, seconds: number): Promise<Sent[]>;
  close(): Promise<void>;
}

/** As many as any load here has open at a time. */
export const CONNECTIONS = 64;

/** The fields of an event besides its data, by its number. */
export type About = (n: number) => { readonly type: string; readonly priority?: string };

const ORDERS: About = () => ({ type: 'shop.order.placed' });

/** A request with numbered events, ready to send. */
interface Prepared {
  readonly path: string;
  readonly body: string;
  readonly numbers: readonly number[];
}

/** Publishes numbered events of about 1 kB. All of a call's requests are written before the first is sent. */
export function startLoad(apiUrl: string, key: string, about = ORDERS): Load {
  const pool = new Pool(apiUrl, { connections: CONNECTIONS });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };

  async function publish({ path, body, numbers }: Prepared): Promise<Sent[]> {
    const sentAt = machineMs();
    const answer = await pool.request({ path, method: 'POST', headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 202) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
    const acceptedAt = machineMs();
    return numbers.map((n) => ({ n, sentAt, acceptedAt }));
  }

  return {
    async flood(first, count, { perRequest, parallel }) {
      const requests = Array.from({ length: Math.ceil(count / perRequest) }, (_, i) => {
        const from = first + i * perRequest;
        return prepared(from, Math.min(perRequest, first + count - from), about);
      });
      return (await inLanes(requests, parallel, publish)).flat();
    },
    async steady(first, perSecond, seconds) {
      const requests = Array.from({ length: perSecond * seconds }, (_, i) => prepared(first + i, 1, about));
      const under: Promise<Sent[]>[] = [];
      const began = performance.now();
      for (const [i, request] of requests.entries()) {
        const wait = began + (i * 1000) / perSecond - performance.now();
        if (wait > 0) await sleep(wait);
        under.push(publish(request));
      }
      return (await Promise.all(under)).flat();
    },
    close: () => pool.close(),
  };
}

function prepared(first: number, count: number, about: About): Prepared {
  const numbers = Array.from({ length: count }, (_, i) => first + i);
  const events = numbers.map((n) => eventJson(n, about(n)));
  return count > 1
    ? { path: '/v1/events/batch', body: `{"events":[${events.join(',')}]}`, numbers }
    : { path: '/v1/events', body: events[0]!, numbers };
}

/** Works off a list with so many at a time. */
export async function inLanes<T, R>(
  list: readonly T[],
  lanes: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < list.length) results.push(await work(list[next++]!));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

const eventJson = (n: number, about: ReturnType<About>): string =>
  JSON.stringify({ ...about, data: orderOf(n) });

/**
 * An order of about 1 kB as shops publish it: repeated names, and numbers and ids that do not compress. It is made from
 * its number, so that every run sends the same.
 */
export function orderOf(n: number): object {
  const random = sequence(n + 1);
  const hex = (length: number): string =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  const items = Array.from({ length: 4 }, () => ({
    sku: `SKU-${hex(8).toUpperCase()}`,
    name: ['Brass post horn', 'Riding coat', 'Leather satchel', 'Signal lantern'][Math.floor(random() * 4)],
    quantity: 1 + Math.floor(random() * 5),
    unitPrice: Math.round(random() * 50_000) / 100,
  }));
  return {
    n,
    orderId: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    customer: { id: hex(24), email: `${hex(10)}@example.com`, country: 'AT', language: 'de' },
    items,
    payment: { method: 'card', token: hex(40), captured: random() > 0.5 },
    shipping: {
      method: 'express',
      trackingCode: hex(20).toUpperCase(),
      street: 'Poststraße 7',
      city: 'Linz',
    },
    createdAt: new Date(1_795_000_000_000 + n * 1000).toISOString(),
    note: 'Please ring twice; the bell of the left door is broken.',
  };
}

/** A small linear congruential generator (Numerical Recipes' constants): the same numbers for the same seed. */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
