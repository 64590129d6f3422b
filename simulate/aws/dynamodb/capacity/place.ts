import type { Role } from '../tables.ts';
import type { Kind } from './heat.ts';
import { Hottest } from './hottest.ts';
import { KeySpace, type Throughput } from './key-space.ts';
import type { Point } from './point.ts';
import type { HotKey } from './stats.ts';
import type { Throttle } from './throttle.ts';

/** A table or an index, with what is asked for of it. */
export class Place {
  readonly table: Role;
  readonly index: string | undefined;
  readonly #space: KeySpace;
  readonly #hottest: Readonly<Record<Kind, Hottest>>;

  constructor(
    table: Role,
    index: string | undefined,
    { warm, quota, now }: { warm: Throughput; quota: Throughput; now: number },
  ) {
    this.table = table;
    this.index = index;
    this.#space = new KeySpace(warm, quota, now);
    this.#hottest = { read: new Hottest(now), write: new Hottest(now) };
  }

  get partitions(): number {
    return this.#space.partitions;
  }

  /** @param key the partition key @returns undefined for what is not throttled */
  throttleOf(kind: Kind, key: string, point: Point, now: number): Throttle | undefined {
    const limit = this.#space.limitOn(kind, point, now);
    return limit && { table: this.table, index: this.index, kind, limit, key };
  }

  take(kind: Kind, key: string, point: Point, units: number, now: number): void {
    this.#space.take(kind, point, units, now);
    this.#hottest[kind].note(key, units, now);
  }

  hottest(): HotKey[] {
    const { table, index } = this;
    return (['read', 'write'] as const).flatMap((kind) =>
      this.#hottest[kind].all().map(([key, unitsPerSecond]) => ({ table, index, kind, key, unitsPerSecond })),
    );
  }
}
