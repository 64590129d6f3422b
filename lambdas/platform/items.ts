import { type ItemKind, type ItemOf, readItem } from '../values/item.ts';
import { emitMetrics, warn } from './log.ts';

/**
 * An item of a table that is not what its kind should be. It names the table and the key, and what was expected;
 * never what the item holds, which may be a secret or personal data.
 */
export class UnreadableItemError extends Error {
  override readonly name = 'UnreadableItemError';
  /** The kind of the item, such as `target`. */
  readonly what: string;
  readonly pk: string;
  readonly sk: string;
  /** Of a version that a later release knows, and perhaps one that is just being deployed. */
  readonly isNewer: boolean;
  constructor(
    { what }: Pick<ItemKind<unknown>, 'what'>,
    table: string,
    { pk, sk }: { readonly pk?: unknown; readonly sk?: unknown },
    { problem, isNewer }: { readonly problem: string; readonly isNewer: boolean },
  ) {
    super(`${what} at pk ${String(pk)}, sk ${String(sk)} of ${table} cannot be read: ${problem}`);
    this.what = what;
    this.pk = String(pk);
    this.sk = String(sk);
    this.isNewer = isNewer;
  }
}

/** What is done about an item that cannot be read: it is left out, unless this throws. */
export type OnUnreadable = (error: UnreadableItemError) => void;

/** The default: what needs the item has to fail. */
export const fail: OnUnreadable = (error) => {
  throw error;
};

/** Leaves the item out, and warns the operator. */
export const skip: OnUnreadable = ({ name, message, isNewer }) => {
  warn('item skipped', { error: name, detail: message, isNewer });
  emitMetrics({ UnreadableItems: 1 });
};

/** For work that can be repeated: an item of a newer version can be read once the deployment has ended. */
export const skipDamaged: OnUnreadable = (error) => {
  if (error.isNewer) throw error;
  skip(error);
};

/** @throws UnreadableItemError */
export function parseItem<K extends ItemKind<unknown>>(kind: K, table: string, item: object): ItemOf<K> {
  const read = readItem(kind, item);
  if (!read.ok) throw new UnreadableItemError(kind, table, item, read);
  return read.value as ItemOf<K>;
}

/**
 * @param partition of the item, where it was read without its key
 * @returns undefined where the item cannot be read and is left out
 */
export function tryItem<K extends ItemKind<unknown>>(
  kind: K,
  table: string,
  item: object,
  onUnreadable: OnUnreadable,
  partition?: unknown,
): ItemOf<K> | undefined {
  const read = readItem(kind, item);
  if (read.ok) return read.value as ItemOf<K>;
  onUnreadable(new UnreadableItemError(kind, table, { pk: partition, ...item }, read));
  return undefined;
}
