import type { Role } from '../tables.ts';
import type { Kind } from './heat.ts';
import { reasonOf, type Throttle } from './throttle.ts';

/** Where a history meets DynamoDB's limits. */
export interface DynamoStats {
  /** Requests, and items of batches, that were throttled, by where; the most first. */
  readonly throttles: readonly ThrottleCount[];
  /** The first one, with its time in milliseconds since the epoch. */
  readonly first: (Throttle & { readonly at: number }) | undefined;
  /** The most that was asked for of one partition key in ten seconds. */
  readonly hottest: readonly HotKey[];
  readonly partitions: readonly {
    readonly table: Role;
    readonly index: string | undefined;
    readonly count: number;
  }[];
}

export interface ThrottleCount extends Throttle {
  /** Such as `TableWriteKeyRangeThroughputExceeded`. */
  readonly reason: string;
  readonly count: number;
}

export interface HotKey {
  readonly table: Role;
  readonly index: string | undefined;
  readonly kind: Kind;
  readonly key: string;
  readonly unitsPerSecond: number;
}

/** Kept apart, before all others count as one. */
const MAX_PLACES = 10_000;

export class ThrottleCounts {
  readonly #counts = new Map<string, { throttle: Throttle; count: number }>();
  #first: (Throttle & { readonly at: number }) | undefined;

  note(throttle: Throttle, now: number): void {
    this.#first ??= { ...throttle, at: now };
    const isKnown = this.#counts.size < MAX_PLACES;
    const kept = isKnown ? throttle : { ...throttle, key: '(others)' };
    const place = `${kept.table} ${kept.index ?? ''} ${kept.kind} ${kept.limit} ${kept.key}`;
    const known = this.#counts.get(place);
    if (known) known.count++;
    else this.#counts.set(place, { throttle: kept, count: 1 });
  }

  get first(): (Throttle & { readonly at: number }) | undefined {
    return this.#first;
  }

  all(): readonly ThrottleCount[] {
    return [...this.#counts.values()]
      .sort((a, b) => b.count - a.count)
      .map(({ throttle, count }) => ({ ...throttle, reason: reasonOf(throttle), count }));
  }
}
