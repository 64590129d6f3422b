import { useEffect, useRef } from 'react';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { useEndpoint } from '../endpoint-name.tsx';
import type { Delivery } from './types.ts';

/** A delivery that is under way is looked after, since the live channel can be quiet or paused. */
const EVERY_MS = 5000;

/** A delivery and what belongs to it: its event's time line as far as it concerns it, and its endpoint. */
export function useDelivery(id: string) {
  const {
    data: delivery,
    error,
    refetch,
  } = $api.useQuery(
    'get',
    '/v1/deliveries/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (mayMoveSoon(state.data) ? EVERY_MS : false) },
  );
  const timeline = $api.useQuery(
    'get',
    '/v1/events/{id}/timeline',
    {
      params: {
        path: { id: delivery?.event.id ?? '' },
        query: { subscriptionId: delivery?.subscriptionId ?? '' },
      },
    },
    { enabled: delivery !== undefined },
  );
  const { endpoint } = useEndpoint(delivery?.targetId);
  useRefresh(
    ({ outcomes }) => outcomes?.some((each) => each.deliveryId === id) ?? false,
    ['/v1/deliveries/{id}', '/v1/events/{id}/timeline'],
  );
  useTimelineOf(delivery);
  const upcoming = timeline.data?.deliveries.find((each) => each.id === id)?.upcoming;
  return { delivery, error, refetch, timeline, endpoint, upcoming };
}

/** Reads the time line again when the delivery has moved on. */
function useTimelineOf(delivery: Delivery | undefined): void {
  const state = delivery && `${delivery.status} ${delivery.attempts.at(-1)?.number} ${delivery.since}`;
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== undefined && state !== before.current) void refresh('/v1/events/{id}/timeline');
    before.current = state;
  }, [state]);
}

const mayMoveSoon = (delivery: Delivery | undefined): boolean =>
  delivery?.status === 'queued' ||
  delivery?.status === 'attempting' ||
  (delivery?.nextAttemptAt !== undefined && Date.parse(delivery.nextAttemptAt) < Date.now() + EVERY_MS);
