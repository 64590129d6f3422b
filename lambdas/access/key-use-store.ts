import * as z from 'zod/mini';
import { dynamo, getAll } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import { itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';

/**
 * When keys were last used. It stands in the state table, so that the authorizer needs no right to write
 * configuration.
 */
const useKey = (id: string): Key => ({ pk: 'key-use', sk: id });

const KEY_USE = itemKind('use of a key', { at: z.string() });

/** A key that was not used for over a year counts as never used. */
const EXPIRY_SECONDS = 400 * 24 * 3600;

/** @param now milliseconds since the epoch */
export async function putKeyUse(TableName: string, id: string, now: number): Promise<void> {
  const Item = {
    ...useKey(id),
    at: new Date(now).toISOString(),
    ttl: Math.floor(now / 1000) + EXPIRY_SECONDS,
  };
  await dynamo.put({ TableName, Item });
}

/** When keys were last used, in RFC 3339 and to the hour. A key that was never used is missing. */
export async function getKeyUses(table: string, ids: readonly string[]): Promise<Map<string, string>> {
  const items = await getAll(KEY_USE, table, ids.map(useKey), { onUnreadable: skip });
  return new Map(items.map(({ sk, at }) => [sk, at]));
}

/** The keys under which the uses of these keys are stored, for erasing them. */
export const keyUseKeys = (ids: readonly string[]): Key[] => ids.map(useKey);
