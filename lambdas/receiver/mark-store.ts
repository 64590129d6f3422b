import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';

/**
 * What is known of an event's handling: an item under its id.
 *
 * | item | means |
 * | --- | --- |
 * | none, or its time is over | it has not been handled |
 * | `leaseEnds` in the future | a worker is at it |
 * | `leaseEnds` in the past | a worker failed or died: it may be tried again |
 * | `doneAt` | it has been handled |
 */
interface Mark {
  readonly id: string;
  /** Which worker has the event. */
  readonly lease?: string;
  /** Milliseconds since the epoch. */
  readonly leaseEnds?: number;
  /** RFC 3339. */
  readonly doneAt?: string;
  /** Seconds since the epoch. DynamoDB deletes the item some time later. */
  readonly expiresAt: number;
}

/** Of an event that a worker wants to handle. */
export interface Lease {
  readonly id: string;
  /** No other worker has the same. */
  readonly lease: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long an event is known, in seconds. */
  readonly keepSeconds: number;
}

export type Claim = 'claimed' | 'done' | 'busy';

const expiryOf = ({ now, keepSeconds }: Lease): number => Math.floor(now / 1000) + keepSeconds;

/**
 * Takes the right to handle an event, unless it has been handled, or another worker is at it.
 * @param leaseMs how long the worker can live at most
 */
export async function claim(table: string, lease: Lease, leaseMs: number): Promise<Claim> {
  const write = dynamo.update({
    TableName: table,
    Key: { id: lease.id },
    UpdateExpression: 'SET lease = :lease, leaseEnds = :ends, expiresAt = :expires REMOVE doneAt',
    // DynamoDB deletes an item up to days after its time, so it does not count any more then.
    ConditionExpression: 'attribute_not_exists(id) OR leaseEnds <= :now OR expiresAt <= :seconds',
    ExpressionAttributeValues: {
      ':lease': lease.lease,
      ':ends': lease.now + leaseMs,
      ':expires': expiryOf(lease),
      ':now': lease.now,
      ':seconds': Math.floor(lease.now / 1000),
    },
  });
  return (await unlessConditionFails(write)) ? 'claimed' : whoseIs(table, lease);
}

async function whoseIs(table: string, { id, lease }: Lease): Promise<Claim> {
  const { Item } = await dynamo.get({ TableName: table, Key: { id }, ConsistentRead: true });
  const mark = Item as Mark | undefined;
  if (mark?.doneAt !== undefined) return 'done';
  // The write was made, its answer was lost, and the client made it again.
  return mark?.lease === lease ? 'claimed' : 'busy';
}

/** Marks an event as handled, whoever has the lease by now: what has been done stays done. */
export async function markDone(table: string, lease: Lease): Promise<void> {
  await dynamo.update({
    TableName: table,
    Key: { id: lease.id },
    UpdateExpression: 'SET doneAt = :at, expiresAt = :expires REMOVE lease, leaseEnds',
    ExpressionAttributeValues: {
      ':at': new Date(lease.now).toISOString(),
      ':expires': expiryOf(lease),
    },
  });
}

/** Lets the next worker try, without waiting for the end of the lease. */
export async function release(table: string, { id, lease }: Lease): Promise<void> {
  const write = dynamo.update({
    TableName: table,
    Key: { id },
    UpdateExpression: 'SET leaseEnds = :never',
    ConditionExpression: 'lease = :lease',
    ExpressionAttributeValues: { ':never': 0, ':lease': lease },
  });
  await unlessConditionFails(write);
}
