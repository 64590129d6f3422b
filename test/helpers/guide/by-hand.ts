import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { configKey, versionKey } from '../../../lambdas/config/config-keys.ts';
import type { Filter, Subscription } from '../../../lambdas/config/entities.ts';
import type { Message } from '../../../lambdas/delivery/messages.ts';
import type { Event, EventInFlight } from '../../../lambdas/events/event.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { FIRST_TENANT } from '../../../lambdas/tenants/tenant-defaults.ts';
import { freshTimes, targetOf } from '../../builders/entities.ts';
import { eventOf, jsonPayload } from '../../builders/events.ts';
import type { TestCloud } from '../cloud.ts';

/** Bypasses the API: puts configuration into the table and messages into the queues. */
export interface Bound {
  readonly target: Target;
  readonly filter: Filter;
  readonly subscription: Subscription;
}

/** Stores a target, a filter and a subscription, with these settings. */
export async function bindByHand(
  cloud: TestCloud,
  settings: {
    target: Partial<Target> & { url: string };
    filter: Partial<Filter> & { events: readonly string[] };
    subscription?: Partial<Subscription>;
  },
): Promise<Bound> {
  const times = freshTimes();
  const target = targetOf(settings.target);
  const filter: Filter = { id: `flt_${ulid()}`, active: true, ...times, ...settings.filter };
  const subscription: Subscription = {
    id: `sub_${ulid()}`,
    targetId: target.id,
    filterId: filter.id,
    active: true,
    ...times,
    ...settings.subscription,
  };
  await putEntity(cloud, 'target', target);
  await putEntity(cloud, 'filter', filter);
  await putEntity(cloud, 'subscription', subscription);
  return { target, filter, subscription };
}

/** Stores one entity and raises the version that functions check. */
export async function putEntity(
  { dynamo, resource }: TestCloud,
  kind: 'target' | 'filter' | 'subscription',
  entity: Target | Filter | Subscription,
): Promise<void> {
  const TableName = resource('Config').physicalId;
  const Item = { ...configKey(FIRST_TENANT, kind, entity.id), ...entity };
  await dynamo.send(new PutCommand({ TableName, Item: JSON.parse(JSON.stringify(Item)) }));
  await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: versionKey(FIRST_TENANT),
      UpdateExpression: 'ADD version :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}

/** An event as ingest would make it. */
export const eventByHand = (type: string, data: unknown, about: Partial<EventInFlight> = {}): EventInFlight =>
  eventOf({ type, payload: jsonPayload(data), ...about });

export async function sendByHand(cloud: TestCloud, queue: string, message: Message): Promise<void> {
  await cloud.sqs.send(
    new SendMessageCommand({
      QueueUrl: cloud.resource(queue).physicalId,
      MessageBody: JSON.stringify(message),
    }),
  );
}

/** Sends an event to fanout. */
export async function publishByHand(
  cloud: TestCloud,
  type: string,
  data: unknown,
  about: Partial<EventInFlight> = {},
): Promise<Event> {
  const event = eventByHand(type, data, about);
  await sendByHand(cloud, 'Events', { v: 1, kind: 'events', tenant: FIRST_TENANT, events: [event] });
  return event;
}
