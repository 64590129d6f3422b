import { firstHeldKey, heldKey, isFirstHeld } from '../hold-queue/hold-queue.ts';
import { isUlid, ulidOf } from '../values/ids.ts';
import type { Key } from '../values/item-key.ts';
import type { TargetRef } from '../values/target-ref.ts';

/**
 * What a fetched message is acknowledged by: where it lies within its target's hold queue, and a word that each lease makes
 * anew. So one that was fetched again can't be acknowledged by who had it before. Where the queue is, the path says, so a receipt
 * leads to no other target.
 */
export interface Receipt {
  readonly key: Key;
  readonly token: string;
}

const FIRST = '1';
const AGAIN = '2';
const TOKEN = /^[\w-]{16}$/;

/** @param bytes twelve random ones */
export const tokenOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

export const TOKEN_BYTES = 12;

export function receiptText({ key, token }: Receipt): string {
  const [ulid, subscription] = key.sk.split('#');
  return `${ulid}.${subscription}.${isFirstHeld(key) ? FIRST : AGAIN}.${token}`;
}

/** @returns undefined for what is no receipt */
export function readReceipt({ tenant, target }: TargetRef, text: string): Receipt | undefined {
  const [ulid = '', subscription = '', place, token = '', ...more] = text.split('.');
  const isWhole = isUlid(ulid) && ulidOf('sub', subscription) !== undefined && TOKEN.test(token);
  if (!isWhole || (place !== FIRST && place !== AGAIN) || more.length > 0) return undefined;
  const at = { tenant, target, subscription, event: { ulid } };
  return { key: place === FIRST ? firstHeldKey(at) : heldKey(at), token };
}
