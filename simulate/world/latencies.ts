import { quantiles } from './quantiles.ts';
import type { AcceptedEvent, Watcher } from './watch.ts';

export interface LatenciesOptions {
  /** Events that are measured, such as those after a warm-up. Default: all. */
  counts?(event: AcceptedEvent): boolean;
  /** Whose latencies are told together. Default: all of them. */
  groupOf?(tenant: string): string;
  readonly now: () => number;
}

/** Milliseconds from a producer's 202 to the delivery's first 2xx, as dispatch sees it. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Deliveries that were measured. */
  readonly count: number;
  /** Of those, what is not delivered: it counts with the time that it has waited so far. */
  readonly waiting: number;
}

export interface Latencies {
  readonly watcher: Watcher;
  /** @param group as `groupOf` has it */
  of(group?: string): Quantiles;
  /** Deliveries with a 2xx so far, whether they are measured or not. */
  readonly delivered: number;
}

interface Pending {
  readonly at: number;
  /** Undefined for what is not measured. */
  readonly group: string | undefined;
}

const ALL = 'all';

/**
 * Measures events that become one delivery each, as those of `createTenants` do. Every latency is kept, as a number, so
 * percentiles are exact.
 */
export function createLatencies({
  counts = () => true,
  groupOf = () => ALL,
  now,
}: LatenciesOptions): Latencies {
  const pending = new Map<string, Pending>();
  const measured = new Map<string, number[]>();
  /** The event of a request that is under way. */
  const requests = new Map<number, string>();
  /** Delivered before the producer knew that it was accepted; and what is delivered again, which is rare. */
  const early = new Set<string>();
  let delivered = 0;

  function done(group: string | undefined, ms: number): void {
    if (group === undefined) return;
    const list = measured.get(group);
    if (list) list.push(ms);
    else measured.set(group, [ms]);
  }

  const watcher: Watcher = {
    accepted(event) {
      const group = counts(event) ? groupOf(event.tenant) : undefined;
      if (early.delete(event.id)) done(group, 0);
      else pending.set(event.id, { at: event.at, group });
    },
    reached({ number, headers }) {
      requests.set(number, headers['webhook-id'] ?? '');
    },
    answered({ number, status = 0 }) {
      const id = requests.get(number);
      requests.delete(number);
      if (id === undefined || status < 200 || status >= 300) return;
      delivered++;
      const waited = pending.get(id);
      if (!waited) early.add(id);
      else done(waited.group, now() - waited.at);
      pending.delete(id);
    },
  };

  return {
    watcher,
    of(group = ALL) {
      const waiting = [...pending.values()].filter((each) => each.group === group);
      const all = [...(measured.get(group) ?? []), ...waiting.map(({ at }) => now() - at)];
      const [p50, p99, max] = quantiles(all, 0.5, 0.99, 1);
      return { p50, p99, max, count: all.length, waiting: waiting.length };
    },
    get delivered() {
      return delivered;
    },
  };
}
