import { LRUCache } from 'lru-cache';
import type { Payload } from './event.ts';
import { inlineBytes } from './payload.ts';

/** This much is a small share of the function's memory. */
const MAX_CACHED_BYTES = 32 * 1024 * 1024;

/** A payload's bytes, or undefined when the bucket no longer has them. */
export type LoadPayload = (payload: Payload) => Promise<Uint8Array | undefined>;

/**
 * Remembers payloads of the bucket. An event that goes to many subscriptions is read once, also by the deliveries of one
 * batch: they share the promise.
 * @param read gives the bytes under a key of the bucket
 */
export function createPayloadCache(read: (key: string) => Promise<Uint8Array | undefined>): LoadPayload {
  const cache = new LRUCache<string, Promise<Uint8Array | undefined>>({ maxSize: MAX_CACHED_BYTES });
  return async (payload) => {
    if (payload.kind !== 'stored') return inlineBytes(payload);
    const known = cache.get(payload.key);
    if (known) return known;
    const loading = read(payload.key);
    cache.set(payload.key, loading, { size: payload.bytes });
    loading.then(
      (bytes) => bytes ?? cache.delete(payload.key),
      () => cache.delete(payload.key),
    );
    return loading;
  };
}
