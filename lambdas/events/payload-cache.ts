import { LRUCache } from 'lru-cache';
import { requireEnv } from '../platform/env.ts';
import type { Payload } from './event.ts';
import { inlineBytes } from './payload.ts';
import { getPayload } from './payload-store.ts';

const bucket = requireEnv('PAYLOAD_BUCKET');

/** This much is a small share of the function's memory. */
const MAX_CACHED_BYTES = 32 * 1024 * 1024;

const cache = new LRUCache<string, Promise<Uint8Array | undefined>>({ maxSize: MAX_CACHED_BYTES });

/**
 * A payload's bytes, or undefined when the bucket no longer has them. An event that goes to many subscriptions is
 * read once, also by the deliveries of one batch: they share the promise.
 */
export async function loadPayload(payload: Payload): Promise<Uint8Array | undefined> {
  if (payload.kind !== 'stored') return inlineBytes(payload);
  const known = cache.get(payload.key);
  if (known) return known;
  const loading = getPayload(bucket, payload.key);
  cache.set(payload.key, loading, { size: payload.bytes });
  loading.then(
    (bytes) => bytes ?? cache.delete(payload.key),
    () => cache.delete(payload.key),
  );
  return loading;
}
