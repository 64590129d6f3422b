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
 * The message of a held delivery. For an item that cannot be read, it returns the whole item as JSON, which does not parse
 * as a message: so a damaged item goes to quarantine with all that it holds, and a newer one waits for newer code.
 */
export function messageIn(item: object): string {
  const read = readItem(HELD, item);
  return read.ok ? read.value.message : JSON.stringify({ kind: 'delivery', ...item }, plain);
}
