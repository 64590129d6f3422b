import { isDeepStrictEqual } from 'node:util';
import type { Attempt, Sent, SentBy } from '../http-client/attempt-record.ts';

/**
 * What a delivery keeps of its requests. It travels in the delivery's message and stands in its item in the log, which
 * DynamoDB bills by started kilobytes. So only the last requests are kept (of attempts before them all but `sent` and
 * `travel`), and what an attempt has in common with the next one stands with the next one alone: the URL, the names of
 * headers, the keys. The last attempt has all of it, so nothing is lost when earlier ones are dropped. A first request
 * takes some 250 bytes of an item, one after it 150.
 */
export const KEPT_REQUESTS = 3;

/** The attempts with one more. */
export function withRequest(before: readonly Attempt[], made: Attempt): Attempt[] {
  const kept = before.map((attempt, i) => {
    if (i <= before.length - KEPT_REQUESTS) return withoutRequest(attempt);
    return i === before.length - 1 ? withoutShared(attempt, made) : attempt;
  });
  return [...kept, made];
}

function withoutRequest(attempt: Attempt): Attempt {
  if (!attempt.sent && !attempt.travel) return attempt;
  const { sent: _, travel: __, ...rest } = attempt;
  return rest;
}

function withoutShared(attempt: Attempt, next: Attempt): Attempt {
  if (!attempt.sent?.by || !next.sent?.by || !isDeepStrictEqual(attempt.sent.by, next.sent.by))
    return attempt;
  const { by: _, ...sent } = attempt.sent;
  return { ...attempt, sent };
}

/** What was sent, with what an attempt has in common with the next one. */
export type WholeSent = Sent & { readonly by: SentBy };

/** What was sent with each attempt; undefined for one of which that is not kept. */
export function requestsOf(attempts: readonly Attempt[]): (WholeSent | undefined)[] {
  const found: (WholeSent | undefined)[] = [];
  let next: WholeSent | undefined;
  for (const { sent } of attempts.toReversed()) {
    const by = sent?.by ?? next?.by;
    next = sent && by && { ...sent, by };
    found.push(next);
  }
  return found.toReversed();
}
