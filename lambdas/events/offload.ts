import type { Payload } from './event.ts';
import { inlinePayload, MAX_INLINE_BYTES, payloadKey } from './payload.ts';

/**
 * A payload as its event carries it. A large one is stored first, so that no event can be without its payload; the
 * S3 client is loaded by the first of them, not by every cold start.
 */
export async function payloadOf(
  bucket: string,
  tenant: string,
  ulid: string,
  bytes: Uint8Array,
): Promise<Payload> {
  if (bytes.length <= MAX_INLINE_BYTES) return inlinePayload(bytes);
  const key = payloadKey(tenant, ulid);
  const { putPayload } = await import('./payload-store.ts');
  await putPayload(bucket, key, bytes);
  return { kind: 'stored', key, bytes: bytes.length };
}
