import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { configKey } from '../config/config-keys.ts';
import { getAt } from '../config/entity-store.ts';
import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { bytes, type ItemOf, itemKind } from '../values/item.ts';

/**
 * Remembers the answer to a request with an `Idempotency-Key`, so that the same request gets the same answer again and
 * changes nothing. The seed of a creation is stored before anything is made: if the request breaks off and is repeated,
 * it makes the same ids and secrets.
 */
const REMEMBERED = itemKind('idempotency key', {
  fingerprint: z.string(),
  seed: z.optional(bytes),
  madeAt: z.number(),
  /** Until then the request is taken to be under way; 0 when it is not. Milliseconds since the epoch. */
  busyUntil: z.number(),
  answer: z.optional(z.string()),
  ttl: z.number(),
});
type Remembered = ItemOf<typeof REMEMBERED>;

/** As long as events with an id of their own are recognised. */
const KEEP_MS = 24 * 3600 * 1000;
/** A function ends after 29 seconds, done or not. */
const BUSY_MS = 30_000;

export type Begun =
  /** To be done, with this seed and time; then either `finish` or `release`. */
  | { readonly kind: 'begun'; readonly seed: Uint8Array; readonly madeAt: number }
  /** Done before: this was the answer. */
  | { readonly kind: 'done'; readonly answer: string }
  /** Another request with this key is being worked on. */
  | { readonly kind: 'busy' }
  /** The key was used for something else. */
  | { readonly kind: 'reused' };

const keyOf = (tenant: string, key: string) =>
  configKey(tenant, 'idempotency', createHash('sha256').update(key).digest('hex'));

/** A request, to be remembered under its key. */
export interface Begin {
  /** Tells requests apart. */
  readonly fingerprint: string;
  /** Random bytes for the case that the request is new. */
  readonly seed: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function begin(
  TableName: string,
  tenant: string,
  key: string,
  { fingerprint, seed, now }: Begin,
): Promise<Begun> {
  const fresh: Remembered = {
    fingerprint,
    seed,
    madeAt: now,
    busyUntil: now + BUSY_MS,
    ttl: Math.ceil((now + KEEP_MS) / 1000),
  };
  const isNew = await unlessConditionFails(
    dynamo.put({
      TableName,
      Item: { ...keyOf(tenant, key), ...fresh },
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
    }),
  );
  if (isNew) return { kind: 'begun', seed, madeAt: now };
  return resume(TableName, tenant, key, fingerprint, now);
}

async function resume(
  TableName: string,
  tenant: string,
  key: string,
  fingerprint: string,
  now: number,
): Promise<Begun> {
  const known = await getAt(REMEMBERED, TableName, keyOf(tenant, key));
  if (!known) return { kind: 'busy' };
  if (known.fingerprint !== fingerprint) return { kind: 'reused' };
  if (known.answer !== undefined) return { kind: 'done', answer: known.answer };
  if (known.busyUntil > now || !known.seed) return { kind: 'busy' };
  const isOurs = await unlessConditionFails(
    dynamo.update({
      TableName,
      Key: keyOf(tenant, key),
      UpdateExpression: 'SET busyUntil = :until',
      ConditionExpression: 'busyUntil = :seen AND attribute_not_exists(answer)',
      ExpressionAttributeValues: { ':until': now + BUSY_MS, ':seen': known.busyUntil },
    }),
  );
  return isOurs ? { kind: 'begun', seed: known.seed, madeAt: known.madeAt } : { kind: 'busy' };
}

/** Keeps the answer and forgets the seed, from which a secret that the answer does not show could be made again. */
export async function finish(TableName: string, tenant: string, key: string, answer: string): Promise<void> {
  await dynamo.update({
    TableName,
    Key: keyOf(tenant, key),
    UpdateExpression: 'SET answer = :answer REMOVE seed',
    ExpressionAttributeValues: { ':answer': answer },
  });
}

/** Lets the request be repeated after a fault. It will make the same things, with the same seed. */
export async function release(TableName: string, tenant: string, key: string): Promise<void> {
  await dynamo.update({
    TableName,
    Key: keyOf(tenant, key),
    UpdateExpression: 'SET busyUntil = :free',
    ExpressionAttributeValues: { ':free': 0 },
  });
}

/** Frees the key for any request: this one has made nothing. */
export async function forget(TableName: string, tenant: string, key: string): Promise<void> {
  await dynamo.delete({ TableName, Key: keyOf(tenant, key) });
}
