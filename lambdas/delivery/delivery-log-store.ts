import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { isAlive } from '../events/event-items.ts';
import { deliveryKey } from '../events/log-keys.ts';
import { dynamo, getAll, type Item, putAll, unlessConditionFails } from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { type OnUnreadable, skip, skipDamaged } from '../platform/items.ts';
import { timeOfUlid } from '../values/ids.ts';
import { itemKind } from '../values/item.ts';
import { type DeliveryAt, deliveryName, outcomeOrder } from './delivery.ts';
import { putSpreadMarks } from './delivery-indexes.ts';
import { DELIVERY, fromItem, type LoggedDelivery, toItem } from './delivery-items.ts';
import type { Outcome } from './outcome-schema.ts';
import { shardsOf } from './spread.ts';

/** Conditional writes under way at once: they can't be batched. */
const PARALLEL_WRITES = 16;

/**
 * Writes outcomes. A delivery that has arrived is final and is put without a condition, by the batch; any other
 * state is written only over an older one, since messages of one delivery can overtake each other.
 * @param retentionSeconds how long the log keeps a delivery whose event does not say so itself
 * @param areRepeated whether they may have been written before: then a replay may have claimed a delivery that arrived, and
 *   its claim stays
 */
export async function putOutcomes(
  table: string,
  retentionSeconds: number,
  outcomes: readonly Outcome[],
  areRepeated = false,
): Promise<void> {
  const latest = latestOfEach(outcomes);
  const final = latest.filter(({ status }) => status === 'delivered');
  const passing = latest.filter(({ status }) => status !== 'delivered');
  const arrived = final.map((outcome) => toItem(outcome, retentionSeconds));
  if (areRepeated) await inParallel(arrived, PARALLEL_WRITES, (item) => putUnlessReplayed(table, item));
  else await putAll(table, arrived);
  const shards = shardsOf(passing);
  await putSpreadMarks(table, shards);
  await inParallel(passing, PARALLEL_WRITES, (outcome) =>
    putIfNewer(table, toItem(outcome, retentionSeconds, shards.get(outcome))),
  );
}

/**
 * An older event may come to fanout again as a new message: from recovery, which looks for what is lost after an hour, or
 * by an operator's hand. An events message is received five times in a quarter of an hour.
 */
const KNOWN_AFTER_MS = 30 * 60_000;

/**
 * Writes outcomes of deliveries of which nothing else is known, in batches and without a condition.
 * @param areRepeated whether they may have been written before: then more may be known by now, as of an old event
 */
export async function putFirstOutcomes(
  table: string,
  retentionSeconds: number,
  outcomes: readonly Outcome[],
  areRepeated: boolean,
): Promise<void> {
  const mayBeKnown = areRepeated || outcomes.some(isOfOldEvent);
  if (mayBeKnown) return putOutcomes(table, retentionSeconds, outcomes, areRepeated);
  const latest = latestOfEach(outcomes);
  const shards = shardsOf(latest);
  await putSpreadMarks(table, shards);
  await putAll(
    table,
    latest.map((outcome) => toItem(outcome, retentionSeconds, shards.get(outcome))),
  );
}

const isOfOldEvent = ({ event, at }: Outcome): boolean => at - timeOfUlid(event.ulid) > KNOWN_AFTER_MS;

/** Writes that a delivery has arrived, unless it was replayed since. */
async function putUnlessReplayed(TableName: string, item: Item): Promise<void> {
  const put: PutCommandInput = {
    TableName,
    Item: item,
    ConditionExpression: 'attribute_not_exists(#run) OR #run <= :run',
    ExpressionAttributeNames: { '#run': 'run' },
    ExpressionAttributeValues: { ':run': item.run ?? 0 },
  };
  await unlessConditionFails(dynamo.put(put));
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
  known.status !== 'delivered' && (outcome.status === 'delivered' || isLater(outcome, known));

/** Of two outcomes that say that a delivery waits, the later one holds: no attempt came between them. */
function isLater(outcome: Outcome, known: Outcome): boolean {
  const [order, before] = [outcomeOrder(outcome), outcomeOrder(known)];
  return order > before || (order === before && outcome.isWaiting === true && outcome.at > known.at);
}

/**
 * Writes an outcome over an older one: the one stored is not final, and has a lower order, or the same and has waited
 * from an earlier time. Conditions of ours are written without nested parentheses (AND binds tighter than OR): the
 * local cloud's parser takes time exponential in their depth.
 */
async function putIfNewer(TableName: string, item: Item): Promise<void> {
  const put: PutCommandInput = {
    TableName,
    Item: item,
    ConditionExpression: `attribute_not_exists(pk)
      OR #status <> :delivered AND #order < :order
      OR #status <> :delivered AND #order = :order AND waitingSince < :since`,
    ExpressionAttributeNames: { '#status': 'status', '#order': 'order' },
    ExpressionAttributeValues: {
      ':delivered': 'delivered',
      ':order': item.order,
      ':since': item.waitingSince ?? 0,
    },
  };
  await unlessConditionFails(dynamo.put(put));
}

const { status, nextAttemptAt, order, run, replay, replayedAt, past, target, ttl } = DELIVERY.fields;
const DELIVERY_TARGET = itemKind('delivery', { target, ttl });
const DELIVERY_STATE = itemKind('delivery', { status, nextAttemptAt });
const PROGRESS = { status, order, run, replay, replayedAt, past };
const DELIVERY_PROGRESS = itemKind('delivery', PROGRESS);

/**
 * Deliveries as they are at this moment, by `deliveryName`; one without an outcome yet is missing.
 * @param onUnreadable by default a damaged one is missing as well: its next outcome mends it
 */
export function getDeliveriesOf(
  table: string,
  tenant: string,
  refs: readonly DeliveryAt[],
  now: number,
  onUnreadable: OnUnreadable = skipDamaged,
): Promise<Map<string, LoggedDelivery>> {
  return readEach(table, tenant, refs, now, { consistent: true, onUnreadable });
}

/** The same, as they were perhaps a second ago, for half the price. No two may be the same. */
export const readDeliveries = (
  table: string,
  tenant: string,
  refs: readonly DeliveryAt[],
  now: number,
): Promise<Map<string, LoggedDelivery>> => readEach(table, tenant, refs, now, { onUnreadable: skip });

async function readEach(
  table: string,
  tenant: string,
  refs: readonly DeliveryAt[],
  now: number,
  options: { consistent?: boolean; onUnreadable: OnUnreadable },
): Promise<Map<string, LoggedDelivery>> {
  const keys = refs.map(({ ulid, subscription }) => deliveryKey(tenant, subscription, ulid));
  const byKey = new Map(keys.map(({ pk, sk }, i) => [`${pk} ${sk}`, refs[i]!]));
  const items = await getAll(DELIVERY, table, keys, options);
  return new Map(
    items
      .filter((item) => isAlive(item, now))
      .map((item) => {
        const ref = byKey.get(`${item.pk} ${item.sk}`)!;
        return [deliveryName(ref), fromItem(item, ref.subscription)];
      }),
  );
}

/** Deliveries of one event to subscriptions, by subscription; one without an outcome yet is missing. */
export async function getDeliveries(
  table: string,
  tenant: string,
  eventUlid: string,
  subscriptions: readonly string[],
  now: number,
  options: { consistent?: boolean } = {},
): Promise<Map<string, LoggedDelivery>> {
  const keys = subscriptions.map((id) => deliveryKey(tenant, id, eventUlid));
  const byPartition = new Map(subscriptions.map((id, i) => [keys[i]!.pk, id]));
  const items = await getAll(DELIVERY, table, keys, { ...options, onUnreadable: skipDamaged });
  return new Map(
    items
      .filter((item) => isAlive(item, now))
      .map((item) => [byPartition.get(item.pk)!, fromItem(item, byPartition.get(item.pk)!)]),
  );
}

/**
 * The targets that an event's deliveries went to, by subscription, without the rest of their items; one without an outcome yet is
 * missing. What is known may be a second old.
 */
export async function getTargets(
  table: string,
  tenant: string,
  eventUlid: string,
  subscriptions: readonly string[],
  now: number,
): Promise<Map<string, string>> {
  const byPartition = new Map(subscriptions.map((id) => [deliveryKey(tenant, id, eventUlid).pk, id]));
  const keys = subscriptions.map((id) => deliveryKey(tenant, id, eventUlid));
  const items = await getAll(DELIVERY_TARGET, table, keys, {
    attributes: ['target', 'ttl'],
    onUnreadable: skipDamaged,
  });
  return new Map(
    items
      .filter((item) => isAlive(item, now))
      .map(({ pk, target: wentTo }) => [byPartition.get(pk)!, wentTo]),
  );
}

/** Names a delivery of a tenant. */
export interface DeliveryRef {
  readonly subscription: string;
  readonly eventUlid: string;
}

/** How a delivery stands. */
export type DeliveryState = Pick<LoggedDelivery, 'status' | 'nextAttemptAt'>;

/**
 * How deliveries stand, without their attempts; one without an outcome is undefined. What is known may be a second old.
 * @returns in the order of `refs`, of which no two may be the same
 */
export async function getStates(
  table: string,
  tenant: string,
  refs: readonly DeliveryRef[],
): Promise<(DeliveryState | undefined)[]> {
  const nameOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk} ${sk}`;
  const keys = refs.map(({ subscription, eventUlid }) => deliveryKey(tenant, subscription, eventUlid));
  const items = await getAll(DELIVERY_STATE, table, keys, {
    attributes: ['status', 'nextAttemptAt'],
    // As if there were no outcome: the delivery is made again, and its outcome mends the item.
    onUnreadable: skipDamaged,
  });
  const found = new Map(items.map((item) => [nameOf(item), item]));
  return keys.map((key) => found.get(nameOf(key)));
}

/** How far a delivery has come. */
export type Progress = Pick<LoggedDelivery, keyof typeof PROGRESS>;

/** First attempts of the same batch wait for the read, and it takes 5 ms: a connection and a retry fit into the bound. */
const PROGRESS_WITHIN_MS = 2000;

/**
 * How far deliveries have come, by `deliveryName`; one without an outcome is missing. What is known may be a second old.
 * @param refs may name a delivery twice
 * @throws Error when the log does not answer within the time that posting can wait for it
 */
export async function getProgress(
  table: string,
  tenant: string,
  refs: readonly DeliveryAt[],
): Promise<Map<string, Progress>> {
  const byKey = new Map(
    refs.map((ref) => {
      const key = deliveryKey(tenant, ref.subscription, ref.ulid);
      return [`${key.pk} ${key.sk}`, { key, name: deliveryName(ref) }];
    }),
  );
  const keys = [...byKey.values()].map(({ key }) => key);
  const items = await getAll(DELIVERY_PROGRESS, table, keys, {
    attributes: Object.keys(PROGRESS),
    withinMs: PROGRESS_WITHIN_MS,
    // As if there were no outcome: the next one mends the item.
    onUnreadable: skipDamaged,
  });
  return new Map(items.map((item) => [byKey.get(`${item.pk} ${item.sk}`)!.name, item]));
}
