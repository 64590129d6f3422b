import type { Spot } from '../../../../local/services/dynamodb/table.ts';

/** A place in a table's or index's key space: items stand by the hash of their partition key, then by their sort key. */
export interface Point {
  /** From 0 to 2 ** 32, without the latter. */
  readonly hash: number;
  readonly sort: string;
}

export const pointOf = ({ hash, sort }: Pick<Spot, 'hash' | 'sort'>): Point => ({ hash: hashOf(hash), sort });

export const isBefore = (a: Point, b: Point): boolean =>
  a.hash < b.hash || (a.hash === b.hash && a.sort < b.sort);

/** FNV-1a, with the last step of MurmurHash3 so that keys which differ at their end are far from each other. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
