import { PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Attempt, type Outcome, outcomeOrder, type StoredStatus } from '../domain/delivery.ts';
import { deliveryKey, deliveryPartitions } from '../domain/log-keys.ts';
import { dynamo, getAll, type Item, putAll, queryItems, unlessConditionFails } from './dynamo.ts';
import { expiry, isAlive } from './event-items.ts';
import { inParallel } from './in-parallel.ts';

/** A delivery as the log holds it. */
export interface LoggedDelivery {
  readonly subscription: string;
  readonly target: string;
  readonly event: { readonly id: string; readonly ulid: string; readonly type: string };
  readonly status: StoredStatus;
  readonly attempts: readonly Attempt[];
  /** How many attempts came before those. */
  readonly dropped?: number | undefined;
  readonly nextAttemptAt?: number | undefined;
  readonly reason?: string | undefined;
}

/** Conditional writes under way at once: they can't be batched. */
const PARALLEL_WRITES = 16;

/**
 * Writes outcomes. A delivery that has arrived is final and is put without a condition, by the batch; any other
 * state is written only over an older one, since messages of one delivery can overtake each other.
 * @param retentionSeconds how long the log keeps a delivery whose event does not say so itself
 */
export async function putOutcomes(
  table: string,
  retentionSeconds: number,
  outcomes: readonly Outcome[],
): Promise<void> {
  const latest = latestOfEach(outcomes);
  const final = latest.filter(({ status }) => status === 'delivered');
  const passing = latest.filter(({ status }) => status !== 'delivered');
  await putAll(
    table,
    final.map((outcome) => toItem(outcome, retentionSeconds)),
  );
  await inParallel(passing, PARALLEL_WRITES, (outcome) =>
    putIfNewer(table, toItem(outcome, retentionSeconds)),
  );
}

/** One outcome for each delivery: a batch may hold several, and a batch write must not name a key twice. */
function latestOfEach(outcomes: readonly Outcome[]): Outcome[] {
  const latest = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const name = `${outcome.tenant} ${outcome.subscription} ${outcome.event.ulid}`;
    const known = latest.get(name);
    if (!known || supersedes(outcome, known)) latest.set(name, outcome);
  }
  return [...latest.values()];
}

const supersedes = (outcome: Outcome, known: Outcome): boolean =>
  known.status !== 'delivered' &&
  (outcome.status === 'delivered' || outcomeOrder(outcome) > outcomeOrder(known));

async function putIfNewer(TableName: string, item: Item): Promise<void> {
  const put: PutCommandInput = {
    TableName,
    Item: item,
    ConditionExpression: 'attribute_not_exists(pk) OR (#status <> :delivered AND #order < :order)',
    ExpressionAttributeNames: { '#status': 'status', '#order': 'order' },
    ExpressionAttributeValues: { ':delivered': 'delivered', ':order': item.order },
  };
  await unlessConditionFails(dynamo.send(new PutCommand(put)));
}

const toItem = (outcome: Outcome, retentionSeconds: number): Item => ({
  ...deliveryKey(outcome.tenant, outcome.subscription, outcome.event.ulid),
  event: outcome.event.id,
  type: outcome.event.type,
  target: outcome.target,
  status: outcome.status,
  order: outcomeOrder(outcome),
  attempts: outcome.attempts,
  dropped: outcome.dropped,
  nextAttemptAt: outcome.nextAttemptAt,
  reason: outcome.reason,
  ttl: expiry(outcome.event.ulid, outcome.event.keepSeconds ?? retentionSeconds),
});

interface DeliveryItem {
  readonly pk: string;
  readonly sk: string;
  readonly event: string;
  readonly type: string;
  readonly target: string;
  readonly status: StoredStatus;
  readonly attempts: Attempt[];
  readonly dropped?: number;
  readonly nextAttemptAt?: number;
  readonly reason?: string;
  readonly ttl: number;
}

const fromItem = (item: DeliveryItem, subscription: string): LoggedDelivery => ({
  subscription,
  target: item.target,
  event: { id: item.event, ulid: item.sk, type: item.type },
  status: item.status,
  attempts: item.attempts,
  dropped: item.dropped,
  nextAttemptAt: item.nextAttemptAt,
  reason: item.reason,
});

/** Deliveries of one event to subscriptions, by subscription; one without an outcome yet is missing. */
export async function getDeliveries(
  table: string,
  tenant: string,
  eventUlid: string,
  subscriptions: readonly string[],
  now: number,
): Promise<Map<string, LoggedDelivery>> {
  const keys = subscriptions.map((id) => deliveryKey(tenant, id, eventUlid));
  const byPartition = new Map(subscriptions.map((id, i) => [keys[i]!.pk, id]));
  const items = await getAll<DeliveryItem>(table, keys);
  return new Map(
    items
      .filter((item) => isAlive(item, now))
      .map((item) => [byPartition.get(item.pk)!, fromItem(item, byPartition.get(item.pk)!)]),
  );
}

/** Deliveries to a subscription, newest event first. @param before an event's ULID that the list goes on behind */
export async function listDeliveries(
  table: string,
  tenant: string,
  subscription: string,
  limit: number,
  before: string | undefined,
  now: number,
): Promise<LoggedDelivery[]> {
  const ofShard = async (pk: string): Promise<DeliveryItem[]> => {
    const query = {
      TableName: table,
      KeyConditionExpression: before ? 'pk = :pk AND sk < :before' : 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk, ...(before && { ':before': before }) },
      ScanIndexForward: false,
    };
    return Array.fromAsync(queryItems<DeliveryItem>(query, limit));
  };
  const shards = await Promise.all(deliveryPartitions(tenant, subscription).map(ofShard));
  return shards
    .flat()
    .filter((item) => isAlive(item, now))
    .sort((a, b) => (a.sk < b.sk ? 1 : -1))
    .slice(0, limit)
    .map((item) => fromItem(item, subscription));
}
