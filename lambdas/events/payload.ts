import { isUtf8 } from 'node:buffer';
import type { Payload } from './event.ts';

/**
 * A larger payload goes to S3. Up to this size, a delivery message is a small share of SQS's 64 KB billing unit, and a
 * batch of ten is at most two of them.
 */
export const MAX_INLINE_BYTES = 8 * 1024;

/**
 * The largest payload taken. Lambda's synchronous payload ends at 6 MB, in which base64 leaves room for this
 * much and the request's headers.
 */
export const MAX_PAYLOAD_BYTES = 4_500_000;

/** The bytes of a payload that its message carries. */
export const inlineBytes = (payload: Exclude<Payload, { kind: 'stored' }>): Buffer =>
  payload.kind === 'text' ? Buffer.from(payload.text, 'utf8') : Buffer.from(payload.base64, 'base64');

/** The bytes of a payload, wherever it is; undefined when it is no longer in the bucket. */
export const payloadBytes = async (
  payload: Payload,
  getPayload: (key: string) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array | undefined> =>
  payload.kind === 'stored' ? getPayload(payload.key) : inlineBytes(payload);

/** How many bytes a payload has. */
export function payloadLength(payload: Payload): number {
  switch (payload.kind) {
    case 'stored':
      return payload.bytes;
    case 'text':
      return Buffer.byteLength(payload.text);
    case 'base64':
      return Buffer.byteLength(payload.base64, 'base64');
  }
}

/** Chooses the shortest form that gives the same bytes back. */
export function inlinePayload(bytes: Uint8Array): Exclude<Payload, { kind: 'stored' }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer)
    ? { kind: 'text', text: buffer.toString('utf8') }
    : { kind: 'base64', base64: buffer.toString('base64') };
}

/** A payload as JSON, whatever its content type says; undefined when it is not JSON. */
export function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Bucket keys start with the tenant, so that one prefix holds all of a tenant's data. */
export const payloadKey = (tenant: string, ulid: string): string => `payloads/${tenant}/${ulid}`;
