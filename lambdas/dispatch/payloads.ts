import { LRUCache } from 'lru-cache';
import { requireEnv } from '../adapters/env.ts';
import { getPayload } from '../adapters/payload-bucket.ts';
import { inlineBytes, type Payload } from '../domain/payload.ts';

const bucket = requireEnv('PAYLOAD_BUCKET');

/** An event that goes to many subscriptions is read once; this much is a small share of the function's memory. */
const MAX_CACHED_BYTES = 32 * 1024 * 1024;

const cache = new LRUCache<string, Uint8Array>({
  maxSize: MAX_CACHED_BYTES,
  sizeCalculation: (bytes) => bytes.length + 1,
});

/** A payload's bytes, or undefined when the bucket no longer has them. */
export async function loadPayload(payload: Payload): Promise<Uint8Array | undefined> {
  if (payload.kind !== 'stored') return inlineBytes(payload);
  const known = cache.get(payload.key);
  if (known) return known;
  const bytes = await getPayload(bucket, payload.key);
  if (bytes) cache.set(payload.key, bytes);
  return bytes;
}
