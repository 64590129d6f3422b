/** DynamoDB's limits: what of a request is served, and what each request takes. */
import type { Answer } from '../../../../local/services/dynamodb/answer.ts';
import type { Spot, TableWatch } from '../../../../local/services/dynamodb/table.ts';
import type { Item } from '../../../../local/services/dynamodb/values.ts';
import { DYNAMODB } from '../../numbers.ts';
import type { StackTable } from '../tables.ts';
import { keySpot, keysRead, type Metered, type Part, partOfReads, partOfWrites } from './batches.ts';
import type { Throughput } from './key-space.ts';
import { type DynamoStats, ThrottleCounts } from './stats.ts';
import { TableCapacity } from './table-capacity.ts';
import { type Throttle, ThrottledError } from './throttle.ts';

export interface CapacityOptions {
  /** What each table and index is ready for from the start; a new table's when left out. Units a second. */
  readonly warm?: Throughput;
  /** The account's quota of one table; the default one when left out. Units a second. */
  readonly quota?: Throughput;
}

/** A new table on demand: four partitions. */
const NEW: Throughput = { reads: DYNAMODB.initialReads, writes: DYNAMODB.initialWrites };
const QUOTA: Throughput = { reads: DYNAMODB.tableReads, writes: DYNAMODB.tableWrites };

interface OneItem {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
}

/** Writes that may change nothing: a condition fails, or there is nothing to delete. */
const VAIN = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

export class Capacity {
  readonly #now: () => number;
  readonly #tables = new Map<string, Metered>();
  readonly #throttles = new ThrottleCounts();
  /** Units of indexes, of the request that is being served. */
  indexUnits = 0;
  #hasWritten = false;
  /** Whether a write is stopped by its indexes while it is being done. The items of a batch are looked at before. */
  #isGuarding = false;

  constructor(tables: readonly StackTable[], options: CapacityOptions, now: () => number) {
    const { warm = NEW, quota = QUOTA } = options;
    const least = { reads: Math.max(warm.reads, NEW.reads), writes: Math.max(warm.writes, NEW.writes) };
    this.#now = now;
    for (const table of tables) {
      const capacity = new TableCapacity(table, { warm: least, quota }, now);
      this.#tables.set(table.settings.name, { table: table.table, capacity });
    }
  }

  /** @returns what throttles a request of one item; a query is looked at once it is known what it reads */
  throttleOf(operation: string, input: object): Throttle | undefined {
    this.indexUnits = 0;
    this.#hasWritten = false;
    this.#isGuarding = operation !== 'BatchWriteItem';
    if (operation === 'Query' || operation === 'Scan') return undefined;
    const [metered, spot] = this.#itemOf(input as OneItem);
    if (!metered || !spot) return undefined;
    const { capacity } = metered;
    const throttle = operation === 'GetItem' ? capacity.throttleOfRead(spot) : capacity.throttleOfWrite(spot);
    return throttle && this.#counted(throttle);
  }

  /** @returns the part of a batch that can be served; undefined: all of it */
  partOf(operation: string, input: object): Part | undefined {
    const count = (throttle: Throttle): Throttle => this.#counted(throttle);
    if (operation === 'BatchWriteItem') return partOfWrites(this.#tables, input, count);
    return operation === 'BatchGetItem' ? partOfReads(this.#tables, input, count) : undefined;
  }

  /** Sees the writes of a table. */
  watchOf(name: string): TableWatch {
    const { capacity } = this.#tables.get(name)!;
    return {
      ...(capacity.hasIndexes && {
        before: (former, next) => {
          const throttle = this.#isGuarding ? capacity.throttleByIndexes(former, next) : undefined;
          if (throttle) throw new ThrottledError(this.#counted(throttle));
        },
      }),
      after: (spot, former, next) => {
        this.#hasWritten = true;
        this.indexUnits += capacity.noteWrite(spot, former, next);
      },
    };
  }

  /**
   * Notes what was read, or written in vain: `watchOf` sees other writes.
   * @returns what throttles a query
   */
  note(operation: string, input: object, { units, from }: Answer): Throttle | undefined {
    if (operation === 'Query') return from && this.#noteQuery(input as OneItem, from, units);
    if (operation === 'BatchGetItem') {
      const keys = keysRead(this.#tables, input);
      for (const [capacity, spot] of keys) capacity.note('read', spot, units / keys.length);
    } else if (operation === 'GetItem' || (!this.#hasWritten && VAIN.has(operation))) {
      const [metered, spot] = this.#itemOf(input as OneItem);
      if (metered && spot) metered.capacity.note(operation === 'GetItem' ? 'read' : 'write', spot, units);
    }
    return undefined;
  }

  stats(): DynamoStats {
    const places = [...this.#tables.values()].flatMap(({ capacity }) => capacity.places);
    return {
      throttles: this.#throttles.all(),
      first: this.#throttles.first,
      hottest: places
        .flatMap((place) => place.hottest())
        .sort((a, b) => b.unitsPerSecond - a.unitsPerSecond)
        .slice(0, HOT_KEYS),
      partitions: places.map(({ table, index, partitions }) => ({ table, index, count: partitions })),
    };
  }

  #noteQuery({ TableName }: OneItem, { index, spot }: NonNullable<Answer['from']>, units: number) {
    const capacity = this.#tables.get(TableName)?.capacity;
    const throttle = capacity?.throttleOfRead(spot, index);
    if (throttle) return this.#counted(throttle);
    capacity?.note('read', spot, Math.max(units, 0.5), index);
    return undefined;
  }

  #itemOf({ TableName, Key, Item }: OneItem): readonly [metered?: Metered, spot?: Spot | undefined] {
    const metered = this.#tables.get(TableName);
    return metered ? [metered, keySpot(metered.table, Item ?? Key)] : [];
  }

  #counted(throttle: Throttle): Throttle {
    this.#throttles.note(throttle, this.#now());
    return throttle;
  }
}

/** Told by `stats`. */
const HOT_KEYS = 50;
