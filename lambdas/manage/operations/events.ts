import type { ROUTES } from '../../api/routes.ts';
import { getDeliveries } from '../../delivery/delivery-log-store.ts';
import { checkProducerId } from '../../events/event-id.ts';
import {
  getEvent as findEvent,
  type LoggedEvent,
  listEvents as pageOfEvents,
} from '../../events/event-log-store.ts';
import { inlineBytes } from '../../events/payload.ts';
import { getPayload } from '../../events/payload-store.ts';
import { invalid, notFound } from '../../http/errors.ts';
import { requireEnv } from '../../platform/env.ts';
import { ulidOf } from '../../values/ids.ts';
import type { Operation } from '../operation.ts';
import { cursorOf, pageAnswer, pageOf } from '../page.ts';
import { deliveryView, eventView, queuedView } from '../views.ts';

type Routes = typeof ROUTES;

const logTable = requireEnv('LOG_TABLE');
const bucket = requireEnv('PAYLOAD_BUCKET');

export const listEvents: Operation<Routes['listEvents']> = async ({ tenant, query, make }) => {
  const page = pageOf(query);
  const from = query.from === undefined ? undefined : Date.parse(query.from);
  const to = query.to === undefined ? undefined : Date.parse(query.to);
  if (from !== undefined && to !== undefined && from > to)
    throw invalid('expected a time before `to`', 'from');
  const { events, next } = await pageOfEvents(
    logTable,
    tenant,
    { limit: page.limit, before: page.cursor, type: query.type, from, to },
    make.now,
  );
  return pageAnswer(
    events.map((event) => ({ view: eventView(event), cursor: event.ulid })),
    page,
    next,
  );
};

export const getEvent: Operation<Routes['getEvent']> = async ({ tenant, id, make }) => ({
  status: 200,
  body: eventView(await existingEvent(tenant, id, make.now)),
});

/**
 * The payload with its own content type, though never as something that a browser would run: it comes from a stranger,
 * under the API's own address.
 */
export const getEventPayload: Operation<Routes['getEventPayload']> = async ({ tenant, id, make }) => {
  const { payload, contentType } = await existingEvent(tenant, id, make.now);
  const bytes = payload.kind === 'stored' ? await getPayload(bucket, payload.key) : inlineBytes(payload);
  if (!bytes) throw notFound('payload');
  const headers = {
    'content-type': contentType,
    'content-disposition': 'attachment',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, raw: { bytes, headers } };
};

/** All deliveries of an event, by subscription; those without an outcome yet are queued. */
export const listEventDeliveries: Operation<Routes['listEventDeliveries']> = async ({
  tenant,
  id,
  query,
  make,
}) => {
  const page = pageOf(query);
  const event = await existingEvent(tenant, id, make.now);
  const ids = event.subscriptions.filter((each) => !page.cursor || cursorOf('sub', each) > page.cursor);
  const listed = ids.slice(0, page.limit);
  const known = await getDeliveries(logTable, tenant, event.ulid, listed, make.now);
  return pageAnswer(
    listed.map((each) => {
      const delivery = known.get(each);
      const view = delivery ? deliveryView(delivery, make.now) : queuedView(event, each);
      return { view, cursor: cursorOf('sub', each) };
    }),
    page,
  );
};

export async function existingEvent(tenant: string, id: string, now: number): Promise<LoggedEvent> {
  const canExist = ulidOf('evt', id) !== undefined || checkProducerId(id).ok;
  const event = canExist && (await findEvent(logTable, tenant, id, now));
  if (!event) throw notFound('event');
  return event;
}
