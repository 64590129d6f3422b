/** Tables in memory: items by partition, in the order of their sort keys, and their indexes. */
import db from 'dynalite/db/index.js';
import { inByteOrder } from '../../core/byte-order.ts';
import { firstOf, type Place, SortedEntries } from './sorted.ts';
import { type Item, type Type, unitsOf, type Value } from './values.ts';

type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: string }[];

interface IndexDescription {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

/** A table as DynamoDB describes it. */
export interface Description {
  readonly TableName: string;
  readonly TableStatus: string;
  readonly KeySchema: KeySchema;
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: Type }[];
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[];
  readonly LocalSecondaryIndexes?: readonly IndexDescription[];
}

interface KeyAttribute {
  readonly name: string;
  readonly type: Type;
}

export interface Schema {
  readonly hash: KeyAttribute;
  readonly range: KeyAttribute | undefined;
}

/** An item that is stored. No item is changed: a write puts another one in its place. */
export interface Entry extends Place {
  readonly item: Item;
  /** Without overhead, as dynalite counts what is billed. */
  readonly size: number;
  /** As dynalite counts what a page holds, once that is asked for. */
  packed: number | undefined;
}

export interface Spot extends Place {
  /** The text of the partition key. */
  readonly hash: string;
}

export interface Index {
  readonly name: string;
  readonly isLocal: boolean;
  readonly schema: Schema;
  readonly keySchema: KeySchema;
  /** Attributes that it holds; undefined: all. */
  readonly attributes: readonly string[] | undefined;
  readonly entries: Partitions;
}

/** A partition key's text: equal for equal keys. */
function hashText(value: Value, type: Type): string {
  if (type === 'S') return value.S!.isWellFormed() ? value.S! : value.S!.toWellFormed();
  return db.toRangeStr(value[type] as string, type);
}

/** A sort key's text: in DynamoDB's order. */
export function sortText(value: Value, type: Type): string {
  if (type === 'S') return inByteOrder(hashText(value, type));
  return db.toRangeStr(value[type] as string, type);
}

/** Where an item with these keys stands; it must have them, of the right type. */
export function spotIn({ hash, range }: Schema, item: Item, tie = ''): Spot {
  return {
    hash: hashText(item[hash.name]!, hash.type),
    sort: range ? sortText(item[range.name]!, range.type) : '',
    tie,
  };
}

/** One table's items or one index's. */
export class Partitions {
  readonly #schema: Schema;
  readonly #partitions = new Map<string, Partition>();
  /** For scans, until a partition comes or goes. */
  #inOrder: readonly Partition[] | undefined;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  find(spot: Spot): Entry | undefined {
    return this.#partitions.get(spot.hash)?.find(spot);
  }

  partition(hash: string): SortedEntries<Entry> | undefined {
    return this.#partitions.get(hash);
  }

  /** @returns the entry that stood there before */
  put(hash: string, entry: Entry): Entry | undefined {
    let partition = this.#partitions.get(hash);
    if (!partition) {
      partition = new Partition();
      this.#partitions.set(hash, partition);
      this.#inOrder = undefined;
    }
    return partition.put(entry);
  }

  delete(spot: Spot): Entry | undefined {
    const partition = this.#partitions.get(spot.hash);
    const entry = partition?.delete(spot);
    if (partition?.isEmpty) {
      this.#partitions.delete(spot.hash);
      this.#inOrder = undefined;
    }
    return entry;
  }

  /** All items, partition by partition. */
  *all(): Generator<Item> {
    for (const partition of this.#partitions.values()) for (const { item } of partition.all()) yield item;
  }

  clear(): void {
    this.#partitions.clear();
    this.#inOrder = undefined;
  }

  /** All partitions from this order on, see `orderOf`. */
  inOrder(from = ''): readonly Partition[] {
    this.#inOrder ??= [...this.#partitions.values()]
      .map((partition) => {
        partition.order ??= orderOf(this.#schema, partition.first.item);
        return partition;
      })
      .toSorted((a, b) => (a.order! < b.order! ? -1 : 1));
    return this.#inOrder.slice(firstOf(this.#inOrder, ({ order }) => order! >= from));
  }
}

class Partition extends SortedEntries<Entry> {
  order: string | undefined;
}

/** A partition's place in a scan: dynalite's, which is as good as random. */
export function orderOf({ hash: { name, type } }: Schema, item: Item): string {
  const content = item[name]![type] as string;
  return `${db.hashPrefix(content, type)}/${db.toRangeStr(content, type)}`;
}

/** What a write is about. */
export type Written = Pick<Entry, 'item' | 'size'>;

/** Sees the writes of a table. What stood there or what is to stand there may be undefined, not both. */
export interface TableWatch {
  /** Throws for a write that is not to be; nothing is changed then. */
  before?(former: Written | undefined, next: Written | undefined): void;
  after(spot: Spot, former: Entry | undefined, next: Entry | undefined): void;
}

export class Table {
  description: Description;
  watch: TableWatch | undefined;
  readonly schema: Schema;
  readonly items: Partitions;
  readonly indexes: readonly Index[];
  /** Attributes that are keys of the table, and those that are keys of indexes, with their types. */
  readonly keyTypes: ReadonlyMap<string, Type>;
  readonly indexKeyTypes: ReadonlyMap<string, Type>;

  constructor(description: Description) {
    this.description = description;
    const schemaOf = (keySchema: KeySchema): Schema => {
      const [hash, range] = keySchema.map(({ AttributeName: name }) => ({
        name,
        type: description.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)!
          .AttributeType,
      }));
      return { hash: hash!, range };
    };
    const indexOf = (index: IndexDescription, isLocal: boolean): Index => {
      const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
      const keys = [...index.KeySchema, ...description.KeySchema].map(({ AttributeName }) => AttributeName);
      const schema = schemaOf(index.KeySchema);
      return {
        name: index.IndexName,
        isLocal,
        schema,
        keySchema: index.KeySchema,
        attributes: ProjectionType === 'ALL' ? undefined : [...new Set([...keys, ...NonKeyAttributes])],
        entries: new Partitions(schema),
      };
    };
    this.schema = schemaOf(description.KeySchema);
    this.items = new Partitions(this.schema);
    this.indexes = [
      ...(description.GlobalSecondaryIndexes ?? []).map((index) => indexOf(index, false)),
      ...(description.LocalSecondaryIndexes ?? []).map((index) => indexOf(index, true)),
    ];
    this.keyTypes = typesOf([this.schema]);
    this.indexKeyTypes = typesOf(this.indexes.map(({ schema }) => schema));
  }

  /**
   * @param size of the item, without overhead
   * @returns what stood there before
   */
  put(spot: Spot, item: Item, size: number): Entry | undefined {
    this.watch?.before?.(this.items.find(spot), { item, size });
    const entry = { sort: spot.sort, tie: '', item, size, packed: undefined };
    const former = this.items.put(spot.hash, entry);
    this.#reindex(former, entry);
    this.watch?.after(spot, former, entry);
    return former;
  }

  /** @returns what stood there */
  delete(spot: Spot): Entry | undefined {
    const found = this.watch?.before && this.items.find(spot);
    if (found) this.watch?.before?.(found, undefined);
    const former = this.items.delete(spot);
    if (former) {
      this.#reindex(former, undefined);
      this.watch?.after(spot, former, undefined);
    }
    return former;
  }

  clear(): void {
    this.items.clear();
    for (const { entries } of this.indexes) entries.clear();
  }

  /** The place of an item in an index. @returns undefined for an item without the index's keys */
  spotInIndex({ schema }: Index, item: Item): Spot | undefined {
    const { hash, range } = schema;
    const has = ({ name, type }: KeyAttribute): boolean => item[name]?.[type] !== undefined;
    return has(hash) && (!range || has(range)) ? spotIn(schema, item, this.#tieOf(item)) : undefined;
  }

  #reindex(former: Entry | undefined, next: Entry | undefined): void {
    for (const index of this.indexes) {
      const left = former && this.spotInIndex(index, former.item);
      if (left) index.entries.delete(left);
      const taken = next && this.spotInIndex(index, next.item);
      if (taken) index.entries.put(taken.hash, indexEntry(index, taken, next));
    }
  }

  /** What orders entries of an index with equal keys: as in dynalite, first by a hash of the item's key. */
  #tieOf(item: Item): string {
    const { hash, range } = this.schema;
    const content = ({ name, type }: KeyAttribute): string => item[name]![type] as string;
    const prefix = range
      ? db.hashPrefix(content(hash), hash.type, content(range), range.type)
      : db.hashPrefix(content(hash), hash.type);
    const spot = spotIn(this.schema, item);
    return `${prefix}${spot.hash.length} ${spot.hash}${spot.sort}`;
  }
}

function indexEntry({ attributes }: Index, { sort, tie }: Spot, { item, size }: Entry): Entry {
  if (!attributes) return { sort, tie, item, size, packed: undefined };
  const projected: Record<string, Value> = {};
  for (const name of attributes) if (item[name] !== undefined) projected[name] = item[name];
  return { sort, tie, item: projected, size: unitsOf(projected), packed: undefined };
}

const typesOf = (schemas: readonly Schema[]): ReadonlyMap<string, Type> =>
  new Map(
    schemas.flatMap(({ hash, range }) =>
      [hash, ...(range ? [range] : [])].map(({ name, type }) => [name, type] as const),
    ),
  );
