/** What DynamoDB bills for a call, as far as the engine's units do not say it. */
import type { DynamoRequest } from './permissions.ts';
import type { Table } from './table.ts';

type Tables = ReadonlyMap<string, Pick<Table, 'indexes'>>;

/** Operations that cost capacity units. */
export const METERED = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
]);

/** All units of a call that was served. @param units the engine's, without those of indexes */
export function billedUnits(
  operation: string,
  request: DynamoRequest,
  units: number,
  tables: Tables,
): number {
  const isPut = operation === 'PutItem' || operation === 'BatchWriteItem';
  const entries = isPut ? entriesWritten(request, tables) : 0;
  return Math.max(units, leastUnits(operation, request)) + entries;
}

/**
 * What a query bills that finds nothing, for which dynalite says 0.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export const leastUnits = (operation: string, { ConsistentRead }: DynamoRequest): number => {
  if (operation !== 'Query' && operation !== 'Scan') return 0;
  return ConsistentRead ? 1 : 0.5;
};

/**
 * Entries that a request writes to indexes, each far below a unit's kilobyte: one for each item that has an index's keys.
 * Entries that it removes are unknown here and not counted.
 */
export function entriesWritten(
  { TableName = '', Item, RequestItems = {} }: DynamoRequest,
  tables: Tables,
): number {
  const entriesOf = (table: string, item: object | undefined): number =>
    (item &&
      tables
        .get(table)
        ?.indexes.filter(({ schema: { hash, range } }) => hash.name in item && (!range || range.name in item))
        .length) ??
    0;
  let entries = entriesOf(TableName, Item);
  for (const [table, requests] of Object.entries(RequestItems)) {
    for (const each of [requests].flat())
      entries += entriesOf(table, (each as { PutRequest?: DynamoRequest }).PutRequest?.Item);
  }
  return entries;
}
