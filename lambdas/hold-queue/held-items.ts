import * as z from 'zod/mini';
import { type ItemKind, itemKind, readItem } from '../values/item.ts';

/** An item in which a delivery waits. Its message is JSON, which its reader checks. */
const HELD = itemKind('held delivery', { message: z.string() });

/** Any item of any version: for code that decides about unreadable items by itself. */
export const ANYTHING: ItemKind<Record<string, unknown>> = {
  what: 'item',
  version: Number.POSITIVE_INFINITY,
  schema: z.record(z.string(), z.unknown()),
};

/** The SDK reads a number as a bigint that JavaScript can't hold exactly, and JSON has none. */
const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/**
 * The message of a held delivery. If the item cannot be read, it answers the item itself, which is no message either:
 * so a damaged item goes to quarantine with all that it holds, and one of a newer version waits for code that knows it.
 */
export function messageIn(item: object): string {
  const read = readItem(HELD, item);
  return read.ok ? read.value.message : JSON.stringify({ kind: 'delivery', ...item }, plain);
}
