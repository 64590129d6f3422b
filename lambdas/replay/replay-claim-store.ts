import type { PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { outcomeOrder } from '../delivery/delivery.ts';
import { type LoggedDelivery, toItem } from '../delivery/delivery-items.ts';
import { deliveryKey } from '../events/log-keys.ts';
import { dynamo, unlessConditionFails } from '../platform/dynamo.ts';
import { type Resend, replayedPast } from './replay.ts';

/** A delivery to send again, as the log has it. */
export interface ResendOfLog extends Resend {
  readonly known: LoggedDelivery | undefined;
}

/** The order of a delivery that was sent again, before an outcome comes of that. */
const orderOf = ({ known }: ResendOfLog): number =>
  outcomeOrder({
    attempts: known?.attempts ?? [],
    dropped: known?.dropped,
    run: (known?.run ?? 0) + 1,
    status: 'retrying',
  });

/**
 * Notes that a replay sends a delivery, on condition that the delivery has not changed since it was read. A dead letter
 * stays in its index until the next outcome: if its message is never sent, it can be found there.
 * @param by the replay's id
 * @returns false when another replay claimed it first, or an outcome came
 */
export function claim(table: string, resend: ResendOfLog, by: string, now: number): Promise<boolean> {
  const { tenant, event, subscription, target, known } = resend;
  if (!known) return claimNew(table, resend, by, now);
  const update: UpdateCommandInput = {
    TableName: table,
    Key: deliveryKey(tenant, subscription, event.ulid),
    UpdateExpression:
      'SET #status = :retrying, #order = :next, nextAttemptAt = :now, #target = :target, #replay = :by, #run = :run, #used = :none, replayedAt = :now, #past = :past, #since = :now REMOVE #reason, #wait',
    ConditionExpression: '#status = :status AND #order = :order',
    ExpressionAttributeNames: {
      '#status': 'status',
      '#order': 'order',
      '#target': 'target',
      '#replay': 'replay',
      '#reason': 'reason',
      '#wait': 'wait',
      '#since': 'since',
      '#past': 'past',
      '#run': 'run',
      '#used': 'used',
    },
    ExpressionAttributeValues: {
      ':run': (known.run ?? 0) + 1,
      ':none': 0,
      ':retrying': 'retrying',
      ':next': orderOf(resend),
      ':now': now,
      ':past': replayedPast(known, now),
      ':target': target,
      ':by': by,
      ':status': known.status,
      ':order': known.order,
    },
  };
  return unlessConditionFails(dynamo.update(update));
}

/** Claims a delivery of an event that the subscription never got. */
function claimNew(table: string, resend: ResendOfLog, by: string, now: number): Promise<boolean> {
  const { tenant, event, subscription, target } = resend;
  const { id, ulid, type, keepSeconds } = event;
  const outcome = {
    tenant,
    subscription,
    target,
    event: { id, ulid, type, keepSeconds },
    status: 'retrying',
    at: now,
    attempts: [],
    run: 1,
    replayedAt: now,
    past: replayedPast(undefined, now),
    nextAttemptAt: now,
  } as const;
  const put: PutCommandInput = {
    TableName: table,
    Item: { ...toItem(outcome, 0), replay: by },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  return unlessConditionFails(dynamo.put(put));
}

/** Takes a claim back, since its message could not be sent: the delivery is again as it was. */
export async function unclaim(TableName: string, resend: ResendOfLog): Promise<void> {
  const { tenant, event, subscription, known } = resend;
  if (!known) return;
  const { status, order, target, reason, run, used, replayedAt, past, nextAttemptAt, waitingFor, since } =
    known;
  const times = { replayedAt, past, nextAttemptAt, since };
  const before = Object.entries({ status, order, target, reason, run, used, wait: waitingFor, ...times });
  const kept = before.filter(([, value]) => value !== undefined);
  const gone = ['replay', ...before.filter(([, value]) => value === undefined).map(([name]) => name)];
  const update: UpdateCommandInput = {
    TableName,
    Key: deliveryKey(tenant, subscription, event.ulid),
    UpdateExpression: `SET ${kept.map(([name]) => `#${name} = :${name}`)} REMOVE ${gone.map((name) => `#${name}`)}`,
    ConditionExpression: '#order = :claimed AND attribute_exists(#replay)',
    ExpressionAttributeNames: Object.fromEntries(
      ['replay', ...before.map(([name]) => name)].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(kept.map(([name, value]) => [`:${name}`, value])),
      ':claimed': orderOf(resend),
    },
  };
  await unlessConditionFails(dynamo.update(update));
}
