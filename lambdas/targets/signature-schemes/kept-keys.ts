import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';

const MAX_KEYS = 1000;

/**
 * The keys of secrets, by the secret. Making a key costs as much as signing with it or several times that, and targets sign
 * again and again.
 */
export function keptKeys(make: (secret: string) => KeyObject): (secret: string) => KeyObject {
  const keys = new LRUCache<string, KeyObject>({ max: MAX_KEYS });
  return (secret) => {
    const known = keys.get(secret);
    if (known) return known;
    const key = make(secret);
    keys.set(secret, key);
    return key;
  };
}
