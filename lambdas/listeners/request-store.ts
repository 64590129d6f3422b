import * as z from 'zod/mini';
import { addAt, getAt } from '../config/entity-store.ts';
import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { itemKind, texts } from '../values/item.ts';
import { loose } from '../values/loose.ts';
import type { RelayedAnswer } from './answer.ts';
import { REQUEST_KEPT_SECONDS, UNDER_WAY } from './limits.ts';
import type { ListenerRef } from './listener.ts';
import { requestKey, underWayKey } from './listener-keys.ts';

/** A request that is relayed, and what was answered. */
const REQUEST = itemKind('relayed request', {
  /** Until when an answer is taken. Milliseconds since the epoch. */
  until: z.number(),
  answer: z.optional(
    loose({
      status: z.optional(z.number()),
      headers: z.optional(texts),
      body: z.optional(z.string()),
      error: z.optional(z.string()),
    }),
  ),
  ttl: z.number(),
});

/** Makes a request known. @returns false when it is: the same request has come before */
export const openRequest = (table: string, ref: ListenerRef, id: string, until: number): Promise<boolean> =>
  addAt(table, requestKey(ref, id), { until, ttl: Math.ceil(until / 1000) + REQUEST_KEPT_SECONDS });

/** Keeps an answer. @returns false when there is one, or it is too late, or nobody has asked */
export const answerRequest = (
  TableName: string,
  ref: ListenerRef,
  id: string,
  answer: RelayedAnswer,
  now: number,
): Promise<boolean> =>
  unlessConditionFails(
    dynamo.update({
      TableName,
      Key: requestKey(ref, id),
      UpdateExpression: 'SET answer = :answer',
      ConditionExpression: '#until > :now AND attribute_not_exists(answer)',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':answer': answer, ':now': now },
    }),
  );

/** The answer to a request, if there is one yet. The read is consistent. */
export async function readAnswer(
  table: string,
  ref: ListenerRef,
  id: string,
): Promise<RelayedAnswer | undefined> {
  return (await getAt(REQUEST, table, requestKey(ref, id)))?.answer;
}

const MINUTE_MS = 60_000;
/** No request is under way for longer. */
const UNDER_WAY_SECONDS = 120;

/** Counts a request as under way. @returns false when its listener, or its tenant, has as many as it may have */
export const beginRequest = (
  TableName: string,
  { tenant, listener }: ListenerRef,
  beganAt: number,
): Promise<boolean> => {
  const minute = Math.floor(beganAt / MINUTE_MS);
  return unlessConditionFails(
    dynamo.update({
      TableName,
      Key: underWayKey(tenant, minute),
      UpdateExpression: 'ADD #all :one, #own :one SET #ttl = :ttl',
      // Where nothing was counted yet, the comparison does not hold.
      ConditionExpression: 'NOT #all >= :ofTenant AND NOT #own >= :ofListener',
      ExpressionAttributeNames: { '#all': 'all', '#own': listener, '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':one': 1,
        ':ofTenant': UNDER_WAY.ofTenant,
        ':ofListener': UNDER_WAY.ofListener,
        ':ttl': minute * (MINUTE_MS / 1000) + UNDER_WAY_SECONDS,
      },
    }),
  );
};

/** Takes a count back. @param beganAt as it was counted */
export async function endRequest(
  TableName: string,
  { tenant, listener }: ListenerRef,
  beganAt: number,
): Promise<void> {
  await unlessConditionFails(
    dynamo.update({
      TableName,
      Key: underWayKey(tenant, Math.floor(beganAt / MINUTE_MS)),
      UpdateExpression: 'ADD #all :less, #own :less',
      // Its tenant may have been erased meanwhile.
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#all': 'all', '#own': listener },
      ExpressionAttributeValues: { ':less': -1 },
    }),
  );
}
