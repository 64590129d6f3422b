import { useInfiniteQuery } from '@tanstack/react-query';
import { $api, api } from '../../api/client.ts';
import type { Answer } from '../../api/types.ts';
import { useRefresh } from '../../live/use-refresh.ts';

export type EventView = Answer<'/v1/events/{id}'>;
type TimelinePage = Answer<'/v1/events/{id}/timeline'>;
export type FollowedDelivery = TimelinePage['deliveries'][number];

/** Deliveries that are followed at once; more on request. */
const FOLLOWED = 50;

/** An event and what became of it. Read again when a frame has an outcome of it. */
export function useEvent(id: string) {
  const event = $api.useQuery('get', '/v1/events/{id}', { params: { path: { id } } });
  const timeline = useInfiniteQuery({
    queryKey: ['timeline', '/v1/events/{id}/timeline', id],
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: TimelinePage) => next ?? undefined,
    queryFn: async ({ pageParam: cursor, signal }): Promise<TimelinePage> => {
      const { data } = await api.GET('/v1/events/{id}/timeline', {
        params: { path: { id }, query: { limit: FOLLOWED, ...(cursor && { cursor }) } },
        signal,
      });
      return data!;
    },
    // Until all is settled, it is looked after, also where the live channel is quiet.
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ deliveries }) => deliveries.some(isUnderWay)) ? 5000 : false,
  });
  useRefresh(({ outcomes }) => outcomes?.some(({ eventId }) => eventId === id) ?? false, ['/v1/events/{id}']);
  const pages = timeline.data?.pages ?? [];
  return {
    event,
    timeline,
    entries: pages.flatMap(({ items }) => items),
    deliveries: pages.flatMap(({ deliveries }) => deliveries),
  };
}

const isUnderWay = ({ status }: FollowedDelivery): boolean => status === 'queued' || status === 'attempting';
