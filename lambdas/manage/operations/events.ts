import type { ROUTES } from '../../api/routes.ts';
import { checkProducerId } from '../../events/event-id.ts';
import type { LoggedEvent } from '../../events/event-items.ts';
import { payloadBytes } from '../../events/payload.ts';
import { type Caller, isWithin } from '../../http/caller.ts';
import { notFound } from '../../http/errors.ts';
import { skip } from '../../platform/items.ts';
import { ulidOf } from '../../values/ids.ts';
import type { LogDeps, ManageDeps } from '../deps.ts';
import { findEvents, isEventCursor } from '../lists/events-by-outcome.ts';
import { answerWithNext, cursorOf, pageAnswer, pageOf } from '../lists/page.ts';
import { askedSpan } from '../lists/span.ts';
import type { Call, Operation } from '../operation.ts';
import { deliveryView, eventView, queuedView } from '../views.ts';

type Routes = typeof ROUTES;

export const listEvents: Operation<Routes['listEvents']> = async (deps, { tenant, query, make }) => {
  const page = pageOf(query, isEventCursor);
  const { type, source, outcome } = query;
  const filter = { ...askedSpan(query), type, source, outcome };
  const { events, next } = await findEvents(deps, tenant, filter, page, make.now);
  const listed = events.map((event) => ({ view: eventView(event), cursor: event.ulid }));
  return answerWithNext(listed, next);
};

export const getEvent: Operation<Routes['getEvent']> = async (deps, call) => ({
  status: 200,
  body: eventView(await shownEvent(deps, call)),
});

/**
 * The payload with its own content type, but so that no browser runs it: it comes from a stranger, under the API's own
 * address.
 */
export const getEventPayload: Operation<Routes['getEventPayload']> = async (deps, call) => {
  const { payload, contentType } = await shownEvent(deps, call);
  const bytes = await payloadBytes(payload, deps.payloads.getPayload);
  if (!bytes) throw notFound('payload');
  const headers = {
    'content-type': contentType,
    'content-disposition': 'attachment',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, raw: { bytes, headers } };
};

/** All deliveries of an event, by subscription. A delivery without an outcome yet is queued. */
export const listEventDeliveries: Operation<Routes['listEventDeliveries']> = async (deps, call) => {
  const { tenant, caller, query, make } = call;
  const page = pageOf(query);
  const event = await shownEvent(deps, call);
  const ids = event.subscriptions.filter((each) => !page.cursor || cursorOf('sub', each) > page.cursor);
  const listed = ids.slice(0, page.limit);
  const known = await deps.deliveryLog.getDeliveries(tenant, event.ulid, listed, make.now);
  return pageAnswer(
    listed.map((each) => {
      const delivery = known.get(each);
      const view = delivery ? deliveryView(delivery, make.now, { caller, event }) : queuedView(event, each);
      return { view, cursor: cursorOf('sub', each) };
    }),
    page,
  );
};

/**
 * The event that the path names. A caller that is limited to targets sees it as if it had gone to these alone.
 * @throws ApiError when there is none, or none of its deliveries goes to the caller's targets
 */
export async function shownEvent(
  deps: Pick<ManageDeps, 'eventLog' | 'deliveryLog' | 'subscriptions'>,
  { tenant, id, caller, make }: Pick<Call, 'tenant' | 'id' | 'caller' | 'make'>,
): Promise<LoggedEvent> {
  const event = await existingEvent(deps, tenant, id, make.now);
  if (!caller.targets) return event;
  const subscriptions = await subscriptionsWithin(deps, tenant, caller, event, make.now);
  if (subscriptions.length === 0) throw notFound('event');
  const fannedOut = event.fannedOut.filter((each) => subscriptions.includes(each));
  return { ...event, subscriptions, fannedOut, matched: subscriptions.length };
}

/**
 * The subscriptions of an event whose deliveries go to the caller's targets, in the order of the event's. A delivery without
 * an outcome goes to the present target of its subscription.
 */
async function subscriptionsWithin(
  { deliveryLog, subscriptions }: Pick<ManageDeps, 'deliveryLog' | 'subscriptions'>,
  tenant: string,
  caller: Caller,
  { ulid, subscriptions: reached }: LoggedEvent,
  now: number,
): Promise<string[]> {
  const looked = await mayBeWithin({ deliveryLog, subscriptions }, tenant, caller, reached, now);
  const known = await deliveryLog.getTargets(tenant, ulid, looked, now);
  const queued = looked.filter((id) => !known.has(id));
  const present = new Map(
    (await subscriptions.findMany(tenant, queued, skip)).map(({ id, targetId }) => [id, targetId]),
  );
  return looked.filter((id) => isWithin(caller, known.get(id) ?? present.get(id)));
}

/** An event with more subscriptions than this is looked at for those of the caller's targets alone: two requests' worth. */
const MANY = 200;

/** Those of an event's subscriptions that bind the caller's targets, or have bound them. */
async function mayBeWithin(
  { deliveryLog, subscriptions }: Pick<ManageDeps, 'deliveryLog' | 'subscriptions'>,
  tenant: string,
  caller: Caller,
  reached: readonly string[],
  now: number,
): Promise<readonly string[]> {
  if (reached.length <= MANY) return reached;
  const former = await Promise.all(
    caller.targets!.map((target) =>
      deliveryLog.formerSubscriptions(tenant, target, Number.POSITIVE_INFINITY, now),
    ),
  );
  const bound = new Set(former.flat());
  for await (const { id, targetId } of subscriptions.all(tenant, { onUnreadable: skip })) {
    if (isWithin(caller, targetId)) bound.add(id);
  }
  return reached.filter((id) => bound.has(id));
}

/** @throws ApiError when there is none */
export async function existingEvent(
  { eventLog }: Pick<LogDeps, 'eventLog'>,
  tenant: string,
  id: string,
  now: number,
): Promise<LoggedEvent> {
  const canExist = ulidOf('evt', id) !== undefined || checkProducerId(id).ok;
  const event = canExist && (await eventLog.getEvent(tenant, id, now));
  if (!event) throw notFound('event');
  return event;
}
