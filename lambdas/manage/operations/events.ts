import type { ROUTES } from '../../api/routes.ts';
import { checkProducerId } from '../../events/event-id.ts';
import type { LoggedEvent } from '../../events/event-items.ts';
import { inlineBytes } from '../../events/payload.ts';
import { notFound } from '../../http/errors.ts';
import { ulidOf } from '../../values/ids.ts';
import type { LogDeps } from '../deps.ts';
import type { Operation } from '../operation.ts';
import { cursorOf, pageAnswer, pageOf } from '../page.ts';
import { spanOf } from '../span.ts';
import { deliveryView, eventView, queuedView } from '../views.ts';

type Routes = typeof ROUTES;

export const listEvents: Operation<Routes['listEvents']> = async ({ eventLog }, { tenant, query, make }) => {
  const page = pageOf(query);
  const { events, next } = await eventLog.listEvents(
    tenant,
    { ...page, ...spanOf(query), after: page.cursor, type: query.type },
    make.now,
  );
  return pageAnswer(
    events.map((event) => ({ view: eventView(event), cursor: event.ulid })),
    page,
    next,
  );
};

export const getEvent: Operation<Routes['getEvent']> = async (deps, { tenant, id, make }) => ({
  status: 200,
  body: eventView(await existingEvent(deps, tenant, id, make.now)),
});

/**
 * The payload with its own content type, but so that no browser runs it: it comes from a stranger, under the API's own
 * address.
 */
export const getEventPayload: Operation<Routes['getEventPayload']> = async (deps, { tenant, id, make }) => {
  const { payload, contentType } = await existingEvent(deps, tenant, id, make.now);
  const bytes =
    payload.kind === 'stored' ? await deps.payloads.getPayload(payload.key) : inlineBytes(payload);
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
export const listEventDeliveries: Operation<Routes['listEventDeliveries']> = async (
  deps,
  { tenant, id, query, make },
) => {
  const page = pageOf(query);
  const event = await existingEvent(deps, tenant, id, make.now);
  const ids = event.subscriptions.filter((each) => !page.cursor || cursorOf('sub', each) > page.cursor);
  const listed = ids.slice(0, page.limit);
  const known = await deps.deliveryLog.getDeliveries(tenant, event.ulid, listed, make.now);
  return pageAnswer(
    listed.map((each) => {
      const delivery = known.get(each);
      const view = delivery ? deliveryView(delivery, make.now) : queuedView(event, each);
      return { view, cursor: cursorOf('sub', each) };
    }),
    page,
  );
};

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
