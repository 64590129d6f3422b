/** Batches of which only a part is done, since the other part is throttled. */
import { type Spot, spotIn, type Table } from '../../../../local/services/dynamodb/table.ts';
import { type Item, itemSize } from '../../../../local/services/dynamodb/values.ts';
import type { TableCapacity } from './table-capacity.ts';
import type { Throttle } from './throttle.ts';

export interface Metered {
  readonly table: Table;
  readonly capacity: TableCapacity;
}

type Tables = ReadonlyMap<string, Metered>;
type Batches<T> = Readonly<Record<string, T>>;

/** What of a batch can be done, and what can't. */
export interface Part {
  readonly done: object;
  /** As UnprocessedItems or UnprocessedKeys have it. */
  readonly left: object;
  /** If nothing can be done. */
  readonly refusal: Throttle | undefined;
}

interface Write {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

type OnThrottle = (throttle: Throttle) => Throttle;

/** @returns undefined if all of the request can be done */
export function partOfWrites(tables: Tables, input: object, onThrottle: OnThrottle): Part | undefined {
  const { RequestItems } = input as { RequestItems: Batches<readonly Write[]> };
  return partOf(
    tables,
    RequestItems,
    (metered, writes, note) => split(writes, (write) => throttleOf(metered, write), note),
    { input, onThrottle },
  );
}

interface Reads {
  readonly Keys: readonly Item[];
}

/** @returns undefined if all of the request can be done */
export function partOfReads(tables: Tables, input: object, onThrottle: OnThrottle): Part | undefined {
  const { RequestItems } = input as { RequestItems: Batches<Reads> };
  const readThrottle = ({ table, capacity }: Metered, key: Item): Throttle | undefined => {
    const spot = keySpot(table, key);
    return spot && capacity.throttleOfRead(spot);
  };
  return partOf(
    tables,
    RequestItems,
    (metered, reads, note) => {
      const [done, left] = split(reads.Keys, (key) => readThrottle(metered, key), note);
      return [done && { ...reads, Keys: done }, left && { ...reads, Keys: left }];
    },
    { input, onThrottle },
  );
}

/** Either is undefined where it is empty. */
type Halves<T> = readonly [done: T | undefined, left: T | undefined];

function partOf<T>(
  tables: Tables,
  batches: Batches<T> = {},
  halve: (metered: Metered, batch: T, note: (throttle: Throttle) => void) => Halves<T>,
  { input, onThrottle }: { readonly input: object; readonly onThrottle: OnThrottle },
): Part | undefined {
  let refusal: Throttle | undefined;
  const note = (throttle: Throttle): void => {
    refusal = onThrottle(throttle);
  };
  const all: Record<'done' | 'left', Record<string, T>> = { done: {}, left: {} };
  for (const [name, batch] of Object.entries(batches)) {
    const metered = tables.get(name);
    const [done, left] = metered ? halve(metered, batch, note) : [batch, undefined];
    if (done) all.done[name] = done;
    if (left) all.left[name] = left;
  }
  if (!refusal) return undefined;
  const isAnyDone = Object.keys(all.done).length > 0;
  return {
    done: { ...input, RequestItems: all.done },
    left: all.left,
    refusal: isAnyDone ? undefined : refusal,
  };
}

function split<T>(
  all: readonly T[],
  throttleOfOne: (one: T) => Throttle | undefined,
  note: (throttle: Throttle) => void,
): Halves<readonly T[]> {
  let left: T[] | undefined;
  for (const one of all) {
    const throttle = throttleOfOne(one);
    if (!throttle) continue;
    left ??= [];
    left.push(one);
    note(throttle);
  }
  if (!left) return [all, undefined];
  const throttled = new Set(left);
  const done = all.filter((one) => !throttled.has(one));
  return [done.length > 0 ? done : undefined, left];
}

function throttleOf(
  { table, capacity }: Metered,
  { PutRequest, DeleteRequest }: Write,
): Throttle | undefined {
  const item = PutRequest?.Item;
  const spot = keySpot(table, item ?? DeleteRequest?.Key);
  const throttle = spot && capacity.throttleOfWrite(spot);
  if (!spot || throttle || !capacity.hasIndexes) return throttle;
  return capacity.throttleByIndexes(table.items.find(spot), item && { item, size: itemSize(item) });
}

/** Where an item or key stands. @returns undefined for a request that is refused for its key */
export function keySpot({ schema }: Table, attributes: Item | undefined): Spot | undefined {
  const { hash, range } = schema;
  const isThere = ({ name, type }: typeof hash): boolean => typeof attributes?.[name]?.[type] === 'string';
  return attributes && isThere(hash) && (!range || isThere(range)) ? spotIn(schema, attributes) : undefined;
}

/** All keys of a BatchGetItem. */
export function keysRead(tables: Tables, input: object): readonly (readonly [TableCapacity, Spot])[] {
  const { RequestItems = {} } = input as { RequestItems?: Batches<Reads> };
  return Object.entries(RequestItems).flatMap(([name, { Keys }]) => {
    const metered = tables.get(name);
    return Keys.flatMap((key) => {
      const spot = metered && keySpot(metered.table, key);
      return spot ? [[metered.capacity, spot] as const] : [];
    });
  });
}
