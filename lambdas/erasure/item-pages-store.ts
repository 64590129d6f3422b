import { deleteAll, type Item, queryPages } from '../platform/dynamo.ts';
import type { Key } from '../values/item-key.ts';

/** An item of any kind, unchecked: what can't be read is deleted as well. */
export type AnyItem = Key & Item;

/** Four batches of writes; a run that is out of time stops between two pages. */
const PAGE = 100;

/** Items of a partition, page by page. @param of sort keys that begin so, and the attributes to read where it is not all */
export const pagesOf = (
  table: string,
  pk: string,
  { sk, attributes }: { sk?: string; attributes?: readonly string[] } = {},
): AsyncGenerator<AnyItem[]> =>
  queryPages(
    {
      TableName: table,
      KeyConditionExpression: sk ? 'pk = :pk AND begins_with(sk, :sk)' : 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk, ...(sk && { ':sk': sk }) },
      ...(attributes && { ProjectionExpression: ['pk', 'sk', ...attributes].join(', ') }),
      ConsistentRead: true,
    },
    PAGE,
  );

/** Deletes items. @returns how many */
export async function deleteItems(table: string, items: readonly Key[]): Promise<number> {
  await deleteAll(
    table,
    items.map(({ pk, sk }) => ({ pk, sk })),
  );
  return items.length;
}

/** A table as erasing uses it. */
export interface ErasableTable {
  pagesOf(
    pk: string,
    of?: { sk?: string; attributes?: readonly string[] },
  ): AsyncIterable<readonly AnyItem[]>;
  deleteItems(items: readonly Key[]): Promise<number>;
}
