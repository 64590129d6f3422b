/**
 * Our tables in the form in which dynalite's actions know its own store, on LevelDB: by keys that are texts. It serves
 * what is rare, and is not quick. Its callbacks come at once, so that no other call gets between an action's read and its
 * write.
 */
import { Readable } from 'node:stream';
import db from 'dynalite/db/index.js';
import { ACCOUNT } from '../../core/account.ts';
import { inByteOrder } from '../../core/byte-order.ts';
import { itemFault, MAX_ITEM_BYTES } from './limits.ts';
import {
  type Description,
  type Entry,
  type Index,
  type Partitions,
  type Spot,
  spotIn,
  Table,
} from './table.ts';
import { type Item, unitsOf } from './values.ts';

type Done<T = unknown> = (error: Error | null, result?: T) => void;

/** Ends of a range of keys, as LevelDB has them. */
interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** @param changed is called when a table comes, goes or changes */
export function createStore(tables: Map<string, Table>) {
  const tags = new Map<string, Map<string, string>>();
  const tagsOf = (name: string): Map<string, string> => {
    const known = tags.get(name) ?? new Map<string, string>();
    tags.set(name, known);
    return known;
  };
  const tableOf = (name: string): Table => {
    const table = tables.get(name);
    if (!table) throw new Error(`expected a table ${name}`);
    return table;
  };

  const tableDb = {
    awsAccountId: ACCOUNT,
    awsRegion: 'us-east-1',
    lock,
    get(name: string, done: Done) {
      const table = tables.get(name);
      // Actions change what they get.
      if (table) done(null, structuredClone(table.description));
      else done(notFound());
    },
    put(name: string, description: Description, done: Done) {
      const table = tables.get(name);
      if (table) table.description = structuredClone(description);
      else tables.set(name, new Table(structuredClone(description)));
      done(null);
    },
    del(name: string, done: Done) {
      tables.delete(name);
      done(null);
    },
    createKeyStream: () => Readable.from([...tables.keys()].sort()),
  };

  return {
    options: {
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
      maxItemSizeKb: MAX_ITEM_BYTES / 1024,
      maxItemSize: MAX_ITEM_BYTES,
    },
    tableDb,
    getItemDb: (name: string) => itemDb(tableOf(name)),
    deleteItemDb(name: string, done: Done) {
      tableOf(name).clear();
      done(null);
    },
    getIndexDb: (_: string, name: string, index: string) => indexDb(tableOf(name), index),
    // They are gone with the items.
    deleteIndexDb: (_: string, __: string, ___: string, done: Done) => done(null),
    getTagDb: (name: string) => tagDb(tagsOf(name)),
    deleteTagDb(name: string, done: Done) {
      tags.delete(name);
      done(null);
    },
    getTable(name: string, checkStatus: boolean | Done<Description>, done?: Done<Description>) {
      const answer = done ?? (checkStatus as Done<Description>);
      const description = tables.get(name)?.description;
      const isHidden = checkStatus && ['CREATING', 'DELETING'].includes(description?.TableStatus ?? '');
      if (description && !isHidden) return answer(null, structuredClone(description));
      const message = 'Requested resource not found';
      answer(
        Object.assign(notFound(), {
          statusCode: 400,
          body: {
            __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
            message: checkStatus ? message : `${message}: Table: ${name} not found`,
          },
        }),
      );
    },
  };
}

const notFound = (): Error => Object.assign(new Error('NotFoundError'), { name: 'NotFoundError' });

/** Nobody waits, since nothing else runs until an action is done. */
function lock(_: string, run: (release: (done: Done) => Done) => void): void {
  run((done) => done ?? (() => {}));
}

const itemDb = (table: Table) => ({
  lock,
  get(key: string, done: Done<Item>) {
    const entry = table.items.find(spotOfText(table, key));
    if (entry) done(null, entry.item);
    else done(notFound());
  },
  put(_: string, item: Item, done: Done) {
    // An action's item may have attributes without prototype, or share values with the request.
    const stored = JSON.parse(JSON.stringify(item)) as Item;
    // An update may have given an index a key that it takes from nobody.
    const fault = itemFault(table, stored);
    if (fault) return done(db.validationError(fault));
    table.put(spotIn(table.schema, stored), stored, unitsOf(stored));
    done(null);
  },
  del(key: string, done: Done) {
    table.delete(spotOfText(table, key));
    done(null);
  },
  createValueStream: (range: Range) =>
    valuesWithin(range, table.items, ({ item }) => db.createKey(item, table.description)),
});

/** Indexes follow the items by themselves. */
function indexDb(table: Table, name: string) {
  const index = table.indexes.find((each) => each.name === name) as Index;
  return {
    put: (_: string, __: Item, done: Done) => done(null),
    del: (_: string, done: Done) => done(null),
    createValueStream: (range: Range) =>
      valuesWithin(range, index.entries, ({ item }) =>
        db.createIndexKey(item, table.description, index.keySchema),
      ),
  };
}

const tagDb = (tags: Map<string, string>) => ({
  batch(
    changes: readonly { readonly type: string; readonly key: string; readonly value: string }[],
    done: Done,
  ) {
    for (const { type, key, value } of changes) type === 'put' ? tags.set(key, value) : tags.delete(key);
    done(null);
  },
  createKeyStream: () => Readable.from([...tags].sort().map(([key]) => key)),
  createValueStream: () => Readable.from([...tags].sort().map(([, value]) => value)),
});

/** Reads a key that dynalite has made: a hash, the partition key and the sort key, each with a slash behind it. */
function spotOfText({ schema }: Table, key: string): Spot {
  const [, hash = '', sort = ''] = key.split('/');
  const textOf = (part: string, type = 'S'): string =>
    type === 'S' ? Buffer.from(part, 'hex').toString() : part;
  return {
    hash: textOf(hash, schema.hash.type),
    sort: inByteOrder(textOf(sort, schema.range?.type)),
    tie: '',
  };
}

function valuesWithin(range: Range, entries: Partitions, keyOf: (entry: Entry) => string): Readable {
  const { gt = '', gte = '', lt = END, lte = END, reverse = false, limit = -1 } = range;
  const found: { readonly key: string; readonly item: Item }[] = [];
  const only = partitionOf(gt || gte);
  const isWithin = only !== undefined && only === partitionOf(lt === END ? lte : lt);
  for (const partition of entries.inOrder(isWithin ? only : '')) {
    if (isWithin && partition.order !== only) break;
    partition.forward(
      () => false,
      (entry) => {
        const key = keyOf(entry);
        if (key > gt && key >= gte && key < lt && key <= lte) found.push({ key, item: entry.item });
        return true;
      },
    );
  }
  const inOrder = found.sort((a, b) => (a.key < b.key ? -1 : 1));
  if (reverse) inOrder.reverse();
  return Readable.from((limit < 0 ? inOrder : inOrder.slice(0, limit)).map(({ item }) => item));
}

/** The hash and partition key that a key begins with, see `orderOf`. */
const partitionOf = (key: string): string | undefined => /^[^/]+\/[^/]+(?=\/)/.exec(key)?.[0];

/** After all keys. */
const END = '\xff';
