import { addAt, getAt } from '../config/entity-store.ts';
import { bytes, itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';

/** The environment's key for portal tokens. It stands in the config table, which is encrypted with a key of our own. */
const SIGNING_KEY: Key = { pk: 'environment', sk: 'portal-signing' };

const SIGNING = itemKind('signing key', { key: bytes });

/** The signing key, or undefined as long as no token was ever made. */
export async function readSigningKey(table: string): Promise<Uint8Array | undefined> {
  return (await getAt(SIGNING, table, SIGNING_KEY))?.key;
}

/**
 * The signing key. It is made now if there is none.
 * @param fresh makes random bytes, called only then. Of two callers at once one wins, and both get the winner's key
 */
export async function signingKey(table: string, fresh: () => Uint8Array): Promise<Uint8Array> {
  const known = await readSigningKey(table);
  if (known) return known;
  await addAt(table, SIGNING_KEY, { key: fresh() });
  return (await readSigningKey(table))!;
}
