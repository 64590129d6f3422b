/**
 * What DynamoDB refuses and dynalite takes: dynalite counts UTF-16 units where DynamoDB counts bytes, and does not know
 * all limits. The quick way leaves such requests to dynalite, before which `refusalOf` is asked.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
import db from 'dynalite/db/index.js';
import type { Schema, Table } from './table.ts';
import { type Item, isNestedTooDeep, type Type, unitsOf, type Value } from './values.ts';

const MAX_HASH = 2048;
const MAX_RANGE = 1024;
export const MAX_ITEM_BYTES = 400 * 1024;
/** Of all tables together. */
export const MAX_WRITES = 25;
/** Characters of one expression. */
export const MAX_EXPRESSION = 4096;

/** Bounds what UTF-8 makes of a text, without a look at it. */
const MOST_BYTES = 3;

const isLonger = (text: string, type: Type, max: number): boolean =>
  type === 'S'
    ? text.length * MOST_BYTES > max && Buffer.byteLength(text) > max
    : type === 'B' && Buffer.byteLength(text, 'base64') > max;

export const emptyKey = (name: string): string =>
  `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`;

/** What is wrong with the content of keys that are there, and of their type. */
export function keyFault({ hash, range }: Schema, item: Item): string | undefined {
  const contentOf = ({ name, type }: Schema['hash']): unknown => item[name]?.[type];
  const [first, second] = [contentOf(hash), range && contentOf(range)];
  if (first === '' || second === '') return emptyKey(first === '' ? hash.name : range!.name);
  if (typeof first === 'string' && isLonger(first, hash.type, MAX_HASH))
    return `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${MAX_HASH} bytes`;
  if (typeof second === 'string' && isLonger(second, range!.type, MAX_RANGE))
    return `One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${MAX_RANGE} bytes`;
  return undefined;
}

/** What is wrong with the keys of an item to be stored, those of indexes too. */
export function itemFault({ schema, indexes }: Table, item: Item): string | undefined {
  const fault = keyFault(schema, item);
  if (fault || indexes.length === 0) return fault;
  for (const index of indexes) {
    const inIndex = keyFault(index.schema, item);
    if (inIndex) return `${inIndex} IndexName: ${index.name}`;
  }
  return undefined;
}

/** Whether an item is too large. @param size in UTF-16 units */
export const isItemTooLarge = (item: Item, size: number): boolean =>
  size * MOST_BYTES > MAX_ITEM_BYTES && itemBytes(item) > MAX_ITEM_BYTES;

/** Makes dynalite measure items to be stored in bytes; it bills by UTF-16 units still. */
export function countBytes(): void {
  db.itemSize = (item, ...how) => (how.length > 0 ? unitsOf(item, ...how) : itemBytes(item));
}

/** What UTF-8 adds to the units of all names and texts. */
function itemBytes(item: Item): number {
  let bytes = unitsOf(item);
  const add = (text: string): void => {
    bytes += Buffer.byteLength(text) - text.length;
  };
  const visit = (value: Value): void => {
    if (value.S !== undefined) add(value.S);
    value.SS?.forEach(add);
    value.L?.forEach(visit);
    if (value.M) visitAll(value.M);
  };
  const visitAll = (values: Item): void => {
    for (const [name, value] of Object.entries(values)) {
      add(name);
      visit(value);
    }
  };
  visitAll(item);
  return bytes;
}

/** A request, as far as limits depend on it. The caller may have written anything. */
interface Limited {
  readonly TableName?: unknown;
  readonly Item?: unknown;
  readonly Key?: unknown;
  readonly RequestItems?: unknown;
  readonly ExpressionAttributeValues?: unknown;
}

const EXPRESSIONS = ['Condition', 'Filter', 'Projection', 'KeyCondition', 'Update'].map(
  (kind) => `${kind}Expression`,
);

/** Why DynamoDB refuses a request that dynalite may take; undefined: dynalite has the last word. */
export function refusalOf(request: object, tables: ReadonlyMap<string, Table>): string | undefined {
  for (const name of EXPRESSIONS) {
    const text = (request as Record<string, unknown>)[name];
    if (typeof text === 'string' && text.length > MAX_EXPRESSION)
      return `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${text.length}`;
  }
  const { TableName, Item: item, Key, RequestItems, ExpressionAttributeValues = {} } = request as Limited;
  const table = tables.get(String(TableName));
  const named = table ? [item, Key].map((each) => [table, each] as const) : [];
  const batches = isObject(RequestItems) ? Object.entries(RequestItems) : [];
  if (batches.reduce((sum, [, batch]) => sum + (Array.isArray(batch) ? batch.length : 0), 0) > MAX_WRITES)
    return 'Too many items requested for the BatchWriteItem call';
  const inBatches = batches.flatMap(([name, batch]) =>
    tables.has(name) ? inBatch(batch).map((each) => [tables.get(name)!, each] as const) : [],
  );
  for (const [of, attributes] of [...named, ...inBatches]) {
    if (!isObject(attributes)) continue;
    const fault = itemFault(of, attributes as Item);
    if (fault) return fault;
    if (isNestedTooDeep(attributes)) return TOO_DEEP;
  }
  return isObject(ExpressionAttributeValues) && isNestedTooDeep(ExpressionAttributeValues)
    ? TOO_DEEP
    : undefined;
}

const TOO_DEEP = 'Nesting Levels have exceeded supported limits';

const isObject = (content: unknown): content is object => typeof content === 'object' && content !== null;

/** The items and keys of one table's part of a batch. */
function inBatch(batch: unknown): unknown[] {
  if (Array.isArray(batch)) {
    return batch.map((each) => {
      const { PutRequest, DeleteRequest } = (each ?? {}) as Record<string, { Item?: unknown; Key?: unknown }>;
      return PutRequest?.Item ?? DeleteRequest?.Key;
    });
  }
  const { Keys } = (batch ?? {}) as { Keys?: unknown };
  return Array.isArray(Keys) ? Keys : [];
}
