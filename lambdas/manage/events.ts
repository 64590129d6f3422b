import { getDeliveries } from '../adapters/delivery-log.ts';
import { requireEnv } from '../adapters/env.ts';
import { getEvent, type LoggedEvent, listEvents } from '../adapters/event-log.ts';
import { notFound } from '../adapters/http.ts';
import { tenantOf } from '../api-context.ts';
import { checkProducerId } from '../domain/event-id.ts';
import { ulidOf } from '../domain/ids.ts';
import { type Answer, type ManageRequest, pageAnswer, pageOf, pathId } from './request.ts';
import { deliveryView, eventView, queuedView } from './views.ts';

const logTable = requireEnv('LOG_TABLE');

export async function listRecentEvents(request: ManageRequest): Promise<Answer> {
  const page = pageOf(request);
  const wanted = { limit: page.limit, before: page.cursor };
  const { events, next = null } = await listEvents(logTable, tenantOf(request), wanted, Date.now());
  return { status: 200, body: { items: events.map(eventView), next } };
}

export async function getEventById(request: ManageRequest): Promise<Answer> {
  return { status: 200, body: eventView(await existingEvent(request)) };
}

/** All deliveries of an event, by subscription; those without an outcome yet are queued. */
export async function listEventDeliveries(request: ManageRequest): Promise<Answer> {
  const page = pageOf(request);
  const event = await existingEvent(request);
  const ids = event.subscriptions.filter((id) => !page.cursor || ulidOf('sub', id)! > page.cursor);
  const shown = ids.slice(0, page.limit);
  const now = Date.now();
  const known = await getDeliveries(logTable, tenantOf(request), event.ulid, shown, now);
  const listed = shown.map((id) => {
    const delivery = known.get(id);
    const view = delivery ? deliveryView(delivery, now) : queuedView(event, id);
    return { view, cursor: ulidOf('sub', id)! };
  });
  return pageAnswer(listed, page);
}

async function existingEvent(request: ManageRequest): Promise<LoggedEvent> {
  const id = pathId(request);
  const canExist = ulidOf('evt', id) !== undefined || checkProducerId(id).ok;
  const event = canExist && (await getEvent(logTable, tenantOf(request), id, Date.now()));
  if (!event) throw notFound('event');
  return event;
}
