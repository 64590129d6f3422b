import type { Answer } from '../../../local/services/dynamodb/answer.ts';
import type { Entry, Index, Spot } from '../../../local/services/dynamodb/table.ts';
import type { Item } from '../../../local/services/dynamodb/values.ts';
import type { Random } from '../../kernel/random.ts';
import { keySpot } from './capacity/batches.ts';
import { INDEX_LAG_MS, Past, REPLICA_LAG_MS, type RecentWrite } from './past.ts';
import type { StackTable } from './tables.ts';

interface Read {
  readonly TableName: string;
  readonly Key?: Item;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<
    Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>
  >;
}

interface Recent extends StackTable {
  readonly past: Past;
}

type Concerns = (write: RecentWrite) => boolean;

/**
 * Reads that see the past, as those may that don't ask for consistency, and those of indexes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
 */
export class StaleReads {
  readonly #probability: number;
  readonly #random: Random;
  readonly #tables: ReadonlyMap<string, Recent>;

  constructor(probability: number, random: Random, tables: readonly StackTable[]) {
    this.#probability = probability;
    this.#random = random;
    this.#tables = new Map(
      tables.map((each) => [each.settings.name, { ...each, past: new Past(each.table) }]),
    );
  }

  note(table: string, spot: Spot, former: Entry | undefined, next: Entry | undefined, at: number): void {
    this.#tables.get(table)!.past.note({ spot, former, next, at });
  }

  /**
   * @param read does it, at once
   * @param now milliseconds
   */
  answer(operation: string, input: object, read: () => Answer, now: number): Answer {
    const answer = read();
    const request = input as Read;
    const isRead = operation === 'GetItem' || operation === 'BatchGetItem' || operation === 'Query';
    if (!isRead || request.ConsistentRead || !this.#random.chance(this.#probability)) return answer;
    if (operation === 'BatchGetItem') return this.#batch(request, read, now) ?? answer;
    const recent = this.#tables.get(request.TableName);
    if (!recent) return answer;
    const index = recent.table.indexes.find(({ name }) => name === answer.from?.index);
    const concerns = index
      ? isInPartition(index, answer.from!.spot.hash)
      : isAt(answer.from?.spot.hash, keySpot(recent.table, request.Key));
    return recent.past.read(now - this.#lagMs(index), concerns, read) ?? answer;
  }

  /** Of one table, as ours all are. */
  #batch({ RequestItems = {} }: Read, read: () => Answer, now: number): Answer | undefined {
    const [[name, reads] = [], ...others] = Object.entries(RequestItems);
    const recent = this.#tables.get(name ?? '');
    if (!recent || !reads || reads.ConsistentRead || others.length > 0) return undefined;
    const spots = reads.Keys.map((key) => isAt(undefined, keySpot(recent.table, key)));
    return recent.past.read(now - this.#lagMs(), (write) => spots.some((isIt) => isIt(write)), read);
  }

  /** Short ones are more frequent. */
  #lagMs(index?: Index): number {
    return (index ? INDEX_LAG_MS : REPLICA_LAG_MS) * this.#random.next() ** 2;
  }
}

/** @param hash of a query's partition @param key of an item */
const isAt =
  (hash: string | undefined, key: Spot | undefined): Concerns =>
  ({ spot }) =>
    hash === undefined ? spot.hash === key?.hash && spot.sort === key.sort : spot.hash === hash;

/** Keys of our indexes are texts. */
function isInPartition({ schema }: Index, hash: string): Concerns {
  const isIn = (entry: Entry | undefined): boolean => entry?.item[schema.hash.name]?.S === hash;
  return ({ former, next }) => isIn(former) || isIn(next);
}
