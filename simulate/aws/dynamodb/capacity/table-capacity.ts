import { writeUnits } from '../../../../local/services/dynamodb/answer.ts';
import type { Index, Spot, Written } from '../../../../local/services/dynamodb/table.ts';
import type { StackTable } from '../tables.ts';
import type { Kind } from './heat.ts';
import { indexWrites } from './index-writes.ts';
import type { Throughput } from './key-space.ts';
import { Place } from './place.ts';
import { pointOf } from './point.ts';
import type { Throttle } from './throttle.ts';

type Key = Pick<Spot, 'hash' | 'sort'>;

export interface Limits {
  readonly warm: Throughput;
  readonly quota: Throughput;
}

/** What a table and its indexes can do. */
export class TableCapacity {
  readonly #now: () => number;
  readonly #base: Place;
  readonly #indexes: readonly { readonly index: Index; readonly place: Place }[];

  constructor({ settings, table }: StackTable, limits: Limits, now: () => number) {
    const place = (index?: string): Place => new Place(settings.role, index, { ...limits, now: now() });
    this.#now = now;
    this.#base = place();
    this.#indexes = table.indexes.map((index) => ({ index, place: place(index.name) }));
  }

  get places(): readonly Place[] {
    return [this.#base, ...this.#indexes.map(({ place }) => place)];
  }

  get hasIndexes(): boolean {
    return this.#indexes.length > 0;
  }

  throttleOfWrite(key: Key): Throttle | undefined {
    return this.#base.throttleOf('write', key.hash, pointOf(key), this.#now());
  }

  /**
   * A write is refused while an index can't follow.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html
   */
  throttleByIndexes(former: Written | undefined, next: Written | undefined): Throttle | undefined {
    for (const { index, place } of this.#indexes) {
      for (const { key, point } of indexWrites(index, former, next)) {
        const throttle = place.throttleOf('write', key, point, this.#now());
        if (throttle) return throttle;
      }
    }
    return undefined;
  }

  /** Notes a write that was done. @returns the units of its indexes */
  noteWrite(spot: Key, former: Written | undefined, next: Written | undefined): number {
    const now = this.#now();
    this.#base.take('write', spot.hash, pointOf(spot), writeUnits(former?.size ?? 0, next?.size ?? 0), now);
    let units = 0;
    for (const { index, place } of this.#indexes) {
      for (const write of indexWrites(index, former, next)) {
        place.take('write', write.key, write.point, write.units, now);
        units += write.units;
      }
    }
    return units;
  }

  /** @param index undefined: the table itself */
  throttleOfRead(key: Key, index?: string): Throttle | undefined {
    return this.#placeOf(index).throttleOf('read', key.hash, pointOf(key), this.#now());
  }

  /** Notes a read, or a write that changed nothing. @param index undefined: the table itself */
  note(kind: Kind, key: Key, units: number, index?: string): void {
    this.#placeOf(index).take(kind, key.hash, pointOf(key), units, this.#now());
  }

  #placeOf(name: string | undefined): Place {
    return this.#indexes.find(({ index }) => index.name === name)?.place ?? this.#base;
  }
}
