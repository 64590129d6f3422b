import type { ROUTES } from '../../api/routes.ts';
import type { EventsMessage } from '../../delivery/messages.ts';
import { eventIdOf } from '../../events/event-id.ts';
import { ApiError } from '../../http/errors.ts';
import { traceContextOf } from '../../values/trace-context.ts';
import type { ManageDeps } from '../deps.ts';
import type { Operation } from '../operation.ts';
import { sampleOf } from './event-types.ts';

type Routes = typeof ROUTES;

/** Where a filter names no type of its own. */
export const TEST_TYPE = 'posthorn.test';
export const TEST_PAYLOAD = { message: 'This is a test event. If you can read it, your endpoint works.' };

/** Publishes an event for one subscription. From here on it is an event like any other. */
export const testSubscription: Operation<Routes['testSubscription']> = async (
  deps,
  { tenant, id, body, make, caller, request },
) => {
  const subscription = await deps.subscriptions.existing(tenant, id);
  if (!subscription.active) {
    throw new ApiError(409, 'subscription_paused', 'expected an active subscription; resume it first');
  }
  const type = body.type ?? (await firstTypeOf(deps, tenant, subscription.filterId));
  const data = Object.hasOwn(body, 'data')
    ? body.data
    : ((await sampleOf(deps, tenant, type)) ?? TEST_PAYLOAD);
  const bytes = Buffer.from(JSON.stringify(data));
  if (bytes.length > caller.maxPayloadBytes) {
    throw new ApiError(413, 'payload_too_large', `expected at most ${caller.maxPayloadBytes} bytes`, 'data');
  }
  const ulid = make.ulid();
  const event = {
    id: eventIdOf(ulid, undefined),
    ulid,
    type,
    contentType: 'application/json',
    payload: await deps.payloads.payloadOf(tenant, ulid, bytes),
    test: true,
    only: id,
    ...(caller.keepSeconds !== undefined && { keepSeconds: caller.keepSeconds }),
    ...traceContextOf(request.headers),
  };
  const message: EventsMessage = { v: 1, kind: 'events', tenant, events: [event] };
  await deps.sendEvents(message);
  return { status: 202, body: { id: event.id, type } };
};

async function firstTypeOf(
  { filters }: Pick<ManageDeps, 'filters'>,
  tenant: string,
  filterId: string,
): Promise<string> {
  const filter = await filters.find(tenant, filterId);
  return filter?.events.find((pattern) => !pattern.includes('*')) ?? TEST_TYPE;
}
