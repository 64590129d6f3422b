/** What the quick way answers, and what that costs. */
import { itemFault, keyFault } from './limits.ts';
import type { Index, Schema, Spot, Table } from './table.ts';
import { spotIn } from './table.ts';
import type { Item } from './values.ts';
import { sizeOf } from './values.ts';

export interface Answer {
  readonly status: number;
  readonly body: object;
  /** Capacity units, without those of indexes. */
  readonly units: number;
  /** Of a query: where its page begins. */
  readonly from?: PageStart;
}

interface PageStart {
  /** Undefined: the table itself. */
  readonly index: string | undefined;
  readonly spot: Pick<Spot, 'hash' | 'sort'>;
}

/**
 * It costs what is there, or a unit.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
 *
 * @param size of what is there
 */
export const conditionFailed = (size = 0): Answer => ({
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    message: 'The conditional request failed',
  },
  units: writeUnits(size),
});

/** @param parts of the answer; those that are undefined are left out */
export function answered(request: Asked, units: number, parts: object): Answer {
  const wanted = request.ReturnConsumedCapacity === 'TOTAL';
  const ConsumedCapacity = wanted ? { CapacityUnits: units, TableName: request.TableName } : undefined;
  return { status: 200, body: { ...parts, ConsumedCapacity }, units };
}

interface Asked {
  readonly TableName: string;
  readonly ReturnConsumedCapacity?: string;
}

/** Of one item, or of none. @param sizes before and after */
export const writeUnits = (...sizes: readonly number[]): number =>
  Math.max(1, ...sizes.map((size) => Math.ceil(size / WRITE_UNIT)));

export const readUnits = (size: number, isConsistent = false): number =>
  Math.max(1, Math.ceil(size / READ_UNIT)) * (isConsistent ? 1 : 0.5);

const WRITE_UNIT = 1024;
export const READ_UNIT = 4096;

/** Where a request's key points. @returns undefined unless it is that of the table, no more, and right */
export function spotOfKey({ schema }: Table, key: Item | undefined): Spot | undefined {
  const names = schema.range ? 2 : 1;
  if (!key || Object.keys(key).length !== names || !hasKeys(schema, key)) return undefined;
  return spotIn(schema, key);
}

/** Where an item is to stand. @returns undefined unless it has the table's keys, and right ones of its indexes */
export function spotOfItem(table: Table, item: Item): Spot | undefined {
  const { schema, indexKeyTypes } = table;
  if (!hasKeys(schema, item) || itemFault(table, item)) return undefined;
  for (const [name, type] of indexKeyTypes) {
    if (item[name] !== undefined && item[name][type] === undefined) return undefined;
  }
  return spotIn(schema, item);
}

/** Where an index's or table's page ended. @returns undefined unless all of its keys are right */
export function spotOfStart(table: Table, index: Index | undefined, key: Item): Spot | undefined {
  const schema = index?.schema ?? table.schema;
  const names = new Set([...table.keyTypes.keys(), ...namesOf(schema)]);
  if (Object.keys(key).length !== names.size || !hasKeys(table.schema, key) || !hasKeys(schema, key))
    return undefined;
  return index ? table.spotInIndex(index, key) : spotIn(schema, key);
}

export const namesOf = ({ hash, range }: Schema): string[] => (range ? [hash.name, range.name] : [hash.name]);

function hasKeys(schema: Schema, item: Item): boolean {
  const { hash, range } = schema;
  return isKey(item, hash) && (!range || isKey(item, range)) && keyFault(schema, item) === undefined;
}

function isKey(item: Item, { name, type }: Schema['hash']): boolean {
  const value = item[name];
  return typeof value?.[type] === 'string' && sizeOf(value) >= 0;
}
