import { createHash, randomBytes } from 'node:crypto';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { configKey } from '../config/config-keys.ts';
import { getAt } from '../config/entity-store.ts';
import { SEED_BYTES } from '../config/maker.ts';
import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { bytes, type ItemOf, itemKind } from '../values/item.ts';

/**
 * Remembers what came of a request with an `Idempotency-Key`, so that the same request again gets the same answer and
 * does nothing. The seed of what a creation makes is written down before anything is made: a request that broke off
 * is done again with it and makes the same things.
 */
const REMEMBERED = itemKind('idempotency key', {
  fingerprint: z.string(),
  seed: z.optional(bytes),
  madeAt: z.number(),
  /** Milliseconds since the epoch until which somebody is taken to be working on it; 0 when nobody is. */
  busyUntil: z.number(),
  answer: z.optional(z.string()),
  ttl: z.number(),
});
type Remembered = ItemOf<typeof REMEMBERED>;

/** As long as events with an id of their own are recognised. */
const KEEP_MS = 24 * 3600 * 1000;
/** A function ends after 29 seconds; whoever has begun and is not done by then will not be. */
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

/** @param fingerprint tells requests apart */
export async function begin(
  TableName: string,
  tenant: string,
  key: string,
  fingerprint: string,
  now: number,
): Promise<Begun> {
  const fresh: Remembered = {
    fingerprint,
    seed: randomBytes(SEED_BYTES),
    madeAt: now,
    busyUntil: now + BUSY_MS,
    ttl: Math.ceil((now + KEEP_MS) / 1000),
  };
  const isNew = await unlessConditionFails(
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...keyOf(tenant, key), ...fresh },
        ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
      }),
    ),
  );
  if (isNew) return { kind: 'begun', seed: fresh.seed!, madeAt: now };
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
    dynamo.send(
      new UpdateCommand({
        TableName,
        Key: keyOf(tenant, key),
        UpdateExpression: 'SET busyUntil = :until',
        ConditionExpression: 'busyUntil = :seen AND attribute_not_exists(answer)',
        ExpressionAttributeValues: { ':until': now + BUSY_MS, ':seen': known.busyUntil },
      }),
    ),
  );
  return isOurs ? { kind: 'begun', seed: known.seed, madeAt: known.madeAt } : { kind: 'busy' };
}

/** Keeps the answer, and lets go of the seed: what the answer does not show can't be made of it again. */
export async function finish(TableName: string, tenant: string, key: string, answer: string): Promise<void> {
  await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: keyOf(tenant, key),
      UpdateExpression: 'SET answer = :answer REMOVE seed',
      ExpressionAttributeValues: { ':answer': answer },
    }),
  );
}

/** Lets the request be made again: it has failed. What it may have made will be made with the same seed. */
export async function release(TableName: string, tenant: string, key: string): Promise<void> {
  await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: keyOf(tenant, key),
      UpdateExpression: 'SET busyUntil = :nobody',
      ExpressionAttributeValues: { ':nobody': 0 },
    }),
  );
}

/** Lets the key be used for another request: this one has made nothing. */
export async function forget(TableName: string, tenant: string, key: string): Promise<void> {
  await dynamo.send(new DeleteCommand({ TableName, Key: keyOf(tenant, key) }));
}
