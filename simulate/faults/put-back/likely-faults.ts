import type { PutBack } from './source-edits.ts';

/**
 * Release removes a page of parked deliveries, and then sends it.
 *
 * Needs: deliveries that are parked, for a retry or a pause of more than a quarter of an hour, and a queue that fails or an
 * instance that dies while they are released.
 */
export const UNPARKED_BEFORE_SENT: PutBack = {
  name: 'unparked-before-sent',
  says: 'A parked delivery is removed before it is sent, and is lost when the sending fails.',
  edits: [
    {
      file: 'parking/release.ts',
      find: '  const unsent = new Set(await unsentOf(deps, readable));\n',
      replace:
        '  await deps.unpark(readable.map(({ parked }) => parked));\n  const unsent = new Set(await unsentOf(deps, readable));\n',
    },
  ],
};

/**
 * A delivery that is held while a drain has the lease schedules no drain. The drain has to look once more.
 *
 * Needs: an endpoint that wants several events in a request and takes a moment to answer, with deliveries that come
 * meanwhile; else a delivery that is held in the milliseconds between a drain's last read and the end of its lease.
 */
export const CLOSED_WITHOUT_A_LOOK: PutBack = {
  name: 'closed-without-a-look',
  says: 'A drain ends its lease without looking again, so a delivery that was held meanwhile has no drain.',
  edits: [
    {
      file: 'hold-queue/drain.ts',
      find: '  if (left) await ensureDrain(',
      replace: '  if (left && patience < 0) await ensureDrain(',
    },
  ],
};

/**
 * The lease of an empty hold queue is never given up. Release takes its drain for lost, and sends another, for ever.
 *
 * Needs: any delivery that is held.
 */
export const LEASE_KEPT: PutBack = {
  name: 'lease-kept',
  says: 'A drain that empties a hold queue keeps its lease, and drains go on for ever.',
  edits: [
    {
      file: 'hold-queue/drain.ts',
      find: '  await deps.closeHoldQueue(message, leaseUntil);\n',
      replace: '',
    },
  ],
};

/**
 * Every drain message gets the lease, also one whose drain has been done or is under way.
 *
 * Needs: a drain message that comes twice, or late, while the breaker is open.
 */
export const LEASE_FOR_EACH: PutBack = {
  name: 'lease-for-each',
  says: 'Two drain messages for one hold queue both get its lease, and two probes go out at once.',
  edits: [
    {
      file: 'hold-queue/drain-schedule-store.ts',
      find: '  move(table, ref, at, { at: until, isBusy: true });',
      replace:
        '  dynamo.put({ TableName: table, Item: { ...entryKey(ref), at: until, isBusy: true } }).then(() => at > 0);',
    },
  ],
};

/**
 * Record puts every outcome as it comes. Messages of one delivery overtake each other.
 *
 * Needs: a retry whose outcomes reach record out of order, or twice: an outcomes queue that delays or repeats, or a batch that
 * fails and is received again.
 */
export const OLDER_OUTCOME_WRITTEN: PutBack = {
  name: 'older-outcome-written',
  says: 'An older outcome is written over a newer one, and a delivered event is shown as one that waits.',
  edits: [
    {
      file: 'delivery/delivery-log-store.ts',
      find: `    ConditionExpression: \`attribute_not_exists(pk)
      OR #status <> :delivered AND #order < :order
      OR #status <> :delivered AND #order = :order AND waitingSince < :since\`,
    ExpressionAttributeNames: { '#status': 'status', '#order': 'order' },
    ExpressionAttributeValues: {
      ':delivered': 'delivered',
      ':order': item.order,
      ':since': item.waitingSince ?? 0,
    },
`,
      replace: '',
    },
  ],
};

/**
 * A message of several deliveries counts as done when one of them is.
 *
 * Needs: an event of several subscriptions whose endpoints have proven fast, and a fault of ours with some of the deliveries:
 * a queue or the state table that fails for a retry, while others are delivered.
 */
export const PACK_DONE_WITH_ONE: PutBack = {
  name: 'pack-done-with-one',
  says: 'A message of several deliveries is deleted though some of them could not be sent on.',
  edits: [
    {
      file: 'delivery/deliver-messages.ts',
      find: '      if (left.length === 0) return [];\n',
      replace: '      if (left.length === 0 || left.length < deliveries.length) return [];\n',
    },
  ],
};

/**
 * When a target's slots are given away for a minute, they are given away anew.
 *
 * Needs: an endpoint with a rate limit, and more deliveries at once than it takes in a minute.
 */
export const SLOTS_GIVEN_ANEW: PutBack = {
  name: 'slots-given-anew',
  says: 'Slots that are given away for a minute are given to others as well, beyond the rate limit.',
  edits: [
    {
      file: 'rate-limit/rate-slot-store.ts',
      find: "'attribute_not_exists(pk) OR #free < :now'",
      replace: "'attribute_not_exists(pk) OR #free <> :now'",
    },
  ],
};

/**
 * Fanout takes an event for a duplicate of itself when its message is received again.
 *
 * Needs: an event with an id of its producer's, and a fault in fanout after the id was claimed: an instance that dies, or a
 * queue or a table that fails.
 */
export const OWN_CLAIM_IS_ANOTHERS: PutBack = {
  name: 'own-claim-is-anothers',
  says: 'An event whose fanout is tried again is dropped as a duplicate of itself.',
  edits: [
    {
      file: 'events/id-claim-store.ts',
      find: 'attribute_not_exists(pk) OR ulid = :ulid OR claimedAt < :longAgo',
      replace: 'attribute_not_exists(pk) OR ulid <> :ulid AND claimedAt < :longAgo',
    },
  ],
};

/**
 * What was delivered and could not be reported is not received again.
 *
 * Needs: an outcomes queue that fails while an endpoint takes its delivery.
 */
export const DELIVERED_UNREPORTED: PutBack = {
  name: 'delivered-unreported',
  says: 'A delivery whose outcome could not be reported is taken for done, and the log never says so.',
  edits: [
    {
      file: 'delivery/conclude.ts',
      find: ".filter(({ decision }) => decision.kind === 'delivered')",
      replace: ".filter(({ decision }) => decision.kind === 'dead')",
    },
  ],
};
