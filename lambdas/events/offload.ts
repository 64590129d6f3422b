import type { Payload } from './event.ts';
import { inlinePayload, MAX_INLINE_BYTES, payloadKey } from './payload.ts';

/** Stores bytes under a key. */
export type PutPayload = (key: string, bytes: Uint8Array) => Promise<void>;

/** A payload as its event carries it. A large one is stored first, so that no event can be without its payload. */
export async function payloadOf(
  put: PutPayload,
  tenant: string,
  ulid: string,
  bytes: Uint8Array,
): Promise<Payload> {
  if (bytes.length <= MAX_INLINE_BYTES) return inlinePayload(bytes);
  const key = payloadKey(tenant, ulid);
  await put(key, bytes);
  return { kind: 'stored', key, bytes: bytes.length };
}
