import type { PutBack } from './source-edits.ts';

/**
 * Commit 9ac1631a. A drain sends a delivery to the slow lane, and then removes it from the hold queue. If the delivery has to
 * wait once more before the removal, it is held again under the same key, and is removed with the old item. Nothing has
 * the delivery any more, though the log says that it is parked.
 *
 * Needs: a delivery that is held for the third time or later, since the first time has a key of its own: an endpoint with a
 * rate limit and a backlog of more than a minute, or a breaker that opens again while its backlog is released. And a removal
 * that comes late: many at once, a call that is made again, a frozen instance.
 */
export const REMOVED_WHEN_HELD_AGAIN: PutBack = {
  name: 'removed-when-held-again',
  says: 'A released delivery that is held again under its old key is removed with the item that was released.',
  edits: [
    {
      file: 'hold-queue/hold-queue-store.ts',
      find: `      ...(enteredAt === undefined
        ? { ConditionExpression: 'attribute_not_exists(enteredAt)' }
        : {
            ConditionExpression: 'enteredAt = :enteredAt',
            ExpressionAttributeValues: { ':enteredAt': enteredAt },
          }),
`,
      replace: '',
    },
  ],
};

/**
 * Commit 07d0366d. A probe that times out is not counted as a failure, since its delivery's schedule must not count it. The
 * breaker closed on all that was no failure, so a hanging endpoint got its backlog after each probe.
 *
 * Needs: an endpoint that fails ten times, so that its breaker opens, and then hangs until its timeout.
 */
export const PROBE_TIMEOUT_CLOSES: PutBack = {
  name: 'probe-timeout-closes',
  says: 'A probe that times out closes the breaker, and the hanging endpoint gets its backlog.',
  edits: [
    {
      file: 'endpoint-health/circuit-breaker.ts',
      find: 'if (seen.ok + seen.rejected === 0) {',
      replace: 'if (seen.failed > 0) {',
    },
  ],
};

/**
 * Commit f3216b2a. Outcomes that only say that deliveries wait raise no counters, and record asked the table for an update of
 * nothing, which it refuses. The batch failed each time that it was received, and again as a dead letter.
 *
 * Needs: a batch of outcomes of a tenant that are all of waiting without an attempt: deliveries that come for an open
 * breaker, or for an endpoint that has asked for a long pause. And a table that refuses such an update.
 */
export const UPDATE_OF_NOTHING: PutBack = {
  name: 'update-of-nothing',
  says: 'Outcomes that only tell of waiting make record fail for ever, since the table refuses an update of nothing.',
  edits: [
    {
      file: 'stats/count-outcomes.ts',
      find: 'countParked(itemIn(items, scope, at).item.add, minuteIn(scope, at));',
      replace: 'itemIn(items, scope, at);',
    },
    { file: 'stats/count-outcomes.ts', find: 'countEnded, countParked }', replace: 'countEnded }' },
    {
      file: 'stats/stats-store.ts',
      find: 'chunksOf([...add], MAX_COUNTERS).map(',
      replace: '(add.size > 0 ? chunksOf([...add], MAX_COUNTERS) : [[]]).map(',
    },
  ],
};

/**
 * Commit 17a55c07. A probe hangs while its delivery's owner has it sent again. That one is held as well, and then the probe
 * fails and puts its older message over it. The next drain finds the older message void and drops it.
 *
 * Needs: an open breaker, a hanging endpoint, and an owner who tries a held delivery again while it is the probe.
 */
export const OLDER_MESSAGE_HELD: PutBack = {
  name: 'older-message-held',
  says: 'A probe that fails late puts its message over the newer one of the same delivery, which is lost.',
  edits: [
    {
      file: 'hold-queue/hold-queue-store.ts',
      find: `      ConditionExpression: 'attribute_not_exists(#order) OR #order <= :order',
      ExpressionAttributeNames: { '#order': 'order' },
      ExpressionAttributeValues: { ':order': item.order },
`,
      replace: '',
    },
  ],
};

/**
 * Commit 8d8a6594. An owner's retry claims a delivery in the log, and then sends its message. If the message is never sent,
 * the claim alone made the delivery's present message void, and none was left.
 *
 * Needs: an owner who tries waiting deliveries again, and an instance that dies, or a queue that fails, between the claim
 * and the message.
 */
export const CLAIM_ALONE_VOIDS: PutBack = {
  name: 'claim-alone-voids',
  says: "A retry that was claimed and never sent voids the delivery's only message.",
  edits: [{ file: 'delivery/superseded.ts', find: "if (!isHeir) return 'void';", replace: "return 'void';" }],
};
