/** Reads and writes of several items. Each returns undefined for what is dynalite's to answer; nothing is changed then. */
import { type Answer, readUnits, spotOfItem, spotOfKey, writeUnits } from './answer.ts';
import { projected } from './evaluate.ts';
import { isKeyEntered, meaningOf } from './items.ts';
import { isItemTooLarge, MAX_WRITES } from './limits.ts';
import { planOf, type Request } from './plan.ts';
import type { Spot, Table } from './table.ts';
import { type Item, itemSize } from './values.ts';

type Tables = ReadonlyMap<string, Table>;
type Batches<B> = Readonly<Record<string, B>>;

interface BatchRequest {
  readonly RequestItems?: unknown;
  readonly ReturnConsumedCapacity?: string;
}

const MAX_READS = 100;
/** Of one answer; dynalite gives back the keys of what is beyond it. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export function batchGetItem(
  tables: Tables,
  request: BatchRequest,
  random: () => number,
): Answer | undefined {
  const batches = batchesOf<{ readonly Keys?: readonly Item[] }>(tables, request);
  if (!batches) return undefined;
  const reads = batches.map(([table, batch]) => readsOf(table, batch));
  const all = reads.flatMap((read) => read?.entries ?? []);
  const bytes = all.reduce((sum, entry) => sum + (entry?.size ?? 0), 0);
  if (!reads.every((read) => read !== undefined) || all.length > MAX_READS || bytes > MAX_ANSWER_BYTES)
    return undefined;
  const units = reads.map(({ entries, isConsistent }) =>
    entries.reduce((sum, entry) => sum + readUnits(entry?.size ?? 0, isConsistent), 0),
  );
  const Responses = Object.fromEntries(
    reads.map(({ name, entries, itemOf }) => [
      name,
      shuffled(
        entries.flatMap((entry) => (entry ? [itemOf(entry.item)] : [])),
        random,
      ),
    ]),
  );
  return answered(request, { Responses, UnprocessedKeys: {} }, batches, units);
}

/** One table's part of a BatchGetItem. */
function readsOf(table: Table, batch: { readonly Keys?: readonly Item[] }) {
  const { Keys, ...rest } = batch;
  if (!Array.isArray(Keys) || Keys.length === 0) return undefined;
  const name = table.description.TableName;
  // A read of one item has the same options.
  const request = { ...rest, TableName: name, Key: Keys[0] } as Request;
  const plan = 'ReturnConsumedCapacity' in rest ? undefined : planOf('GetItem', request);
  if (!plan || isKeyEntered(table, request, plan)) return undefined;
  const spots = distinct(Keys.map((key: unknown) => spotOfKey(table, key as Item)));
  const { projection } = plan;
  const meaning = meaningOf(request);
  return (
    spots && {
      name,
      entries: spots.map((spot) => table.items.find(spot)),
      isConsistent: request.ConsistentRead,
      itemOf: (item: Item): Item => (projection ? projected(projection, item, meaning) : item),
    }
  );
}

/** The order of what is read says nothing, on AWS as in dynalite. */
function shuffled<T>(all: T[], random: () => number): T[] {
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

export function batchWriteItem(tables: Tables, request: BatchRequest): Answer | undefined {
  const batches = batchesOf<readonly unknown[]>(tables, request);
  const writes = batches?.map(([table, batch]) => writesOf(table, batch));
  if (!batches || !writes?.every((all) => all !== undefined)) return undefined;
  if (writes.reduce((sum, all) => sum + all.length, 0) > MAX_WRITES) return undefined;
  const units = batches.map(([table], i) =>
    writes[i]!.reduce((sum, write) => sum + perform(table, write), 0),
  );
  return answered(request, { UnprocessedItems: {} }, batches, units);
}

interface Write {
  readonly spot: Spot;
  /** To put; undefined: the item there is to be deleted. */
  readonly item: Item | undefined;
  readonly size: number;
}

function writesOf(table: Table, batch: readonly unknown[]): readonly Write[] | undefined {
  if (!Array.isArray(batch) || batch.length === 0) return undefined;
  const writes = batch.map((each) => writeOf(table, each));
  return distinct(writes.map((write) => write?.spot)) && (writes as Write[]);
}

function writeOf(table: Table, request: unknown): Write | undefined {
  const [[kind, content] = [], ...others] = Object.entries(request ?? {});
  const [[field, attributes] = [], ...more] = Object.entries(content ?? {});
  if (others.length > 0 || more.length > 0 || typeof attributes !== 'object' || attributes === null)
    return undefined;
  const item = attributes as Item;
  if (kind === 'DeleteRequest' && field === 'Key') {
    const spot = spotOfKey(table, item);
    return spot && { spot, item: undefined, size: 0 };
  }
  if (kind !== 'PutRequest' || field !== 'Item') return undefined;
  const size = Array.isArray(item) ? -1 : itemSize(item);
  const spot = size >= 0 && !isItemTooLarge(item, size) ? spotOfItem(table, item) : undefined;
  return spot && { spot, item, size };
}

/** @returns the units of a write */
function perform(table: Table, { spot, item, size }: Write): number {
  const former = item ? table.put(spot, item, size) : table.delete(spot);
  return writeUnits(former?.size ?? 0, size);
}

/** @returns undefined if one is missing or two are the same */
function distinct(spots: readonly (Spot | undefined)[]): readonly Spot[] | undefined {
  const seen = new Set<string>();
  for (const spot of spots) if (spot) seen.add(`${spot.hash.length} ${spot.hash}${spot.sort}`);
  return seen.size === spots.length ? (spots as Spot[]) : undefined;
}

/** The batches of a request by table. @returns undefined for one that has anything else */
function batchesOf<B>(tables: Tables, request: BatchRequest): [Table, B][] | undefined {
  const { RequestItems, ReturnConsumedCapacity, ...others } = request;
  if (Object.keys(others).length > 0 || !['TOTAL', 'NONE', undefined].includes(ReturnConsumedCapacity))
    return undefined;
  const batches = Object.entries((RequestItems ?? {}) as Batches<B>).map(([name, batch]) => [
    tables.get(name),
    batch,
  ]);
  const areAll =
    batches.length > 0 && batches.every(([table, batch]) => table && typeof batch === 'object' && batch);
  return areAll ? (batches as [Table, B][]) : undefined;
}

function answered(
  { ReturnConsumedCapacity }: BatchRequest,
  body: object,
  batches: readonly (readonly [Table, unknown])[],
  units: readonly number[],
): Answer {
  const ConsumedCapacity =
    ReturnConsumedCapacity === 'TOTAL'
      ? batches.map(([{ description }], i) => ({ CapacityUnits: units[i], TableName: description.TableName }))
      : undefined;
  return {
    status: 200,
    body: { ...body, ConsumedCapacity },
    units: units.reduce((sum, each) => sum + each, 0),
  };
}
