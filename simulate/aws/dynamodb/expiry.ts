import { spotIn } from '../../../local/services/dynamodb/table.ts';
import type { Random } from '../../kernel/random.ts';
import type { StackTable } from './tables.ts';

const HOUR = 3_600_000;
/** A table is looked through so seldom, since all of its items are. */
const SWEEP_MS = 24 * HOUR;
/** How long an item may stay after its time: "within a few days", says AWS (TTL.html). */
const LATEST_MS = 48 * HOUR;

/** Removes items whose time is over, hours or days after it, as DynamoDB does. */
export class Expiry {
  readonly #random: Random;
  readonly #tables: readonly StackTable[];
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(random: Random, tables: readonly StackTable[]) {
    this.#random = random;
    this.#tables = tables.filter(({ settings }) => settings.properties.TimeToLiveSpecification?.Enabled);
  }

  /** @param now milliseconds @returns how many items went */
  sweep(now: number): number {
    if (now - this.#sweptAt < SWEEP_MS) return 0;
    this.#sweptAt = now;
    return this.#tables.reduce((sum, table) => sum + this.#sweepTable(table, now), 0);
  }

  #sweepTable({ settings, table }: StackTable, now: number): number {
    const { AttributeName } = settings.properties.TimeToLiveSpecification!;
    const over = [...table.items.all()].filter((item) => {
      const seconds = Number(item[AttributeName]?.N);
      return seconds * 1000 < now && seconds * 1000 + this.#random.next() * LATEST_MS < now;
    });
    for (const item of over) table.delete(spotIn(table.schema, item));
    return over.length;
  }
}
