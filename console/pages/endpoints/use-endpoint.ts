import { useQuery } from '@tanstack/react-query';
import { $api, api } from '../../api/client.ts';
import type { PosthornError } from '../../api/problem.ts';
import { type Read, readOf } from '../../api/read.ts';
import type { Answer, Row } from '../../api/types.ts';
import { useRefresh } from '../../live/use-refresh.ts';

export type Target = Answer<'/v1/targets/{id}'>;
export type TargetHealth = Answer<'/v1/targets/{id}/health'>;
export type Subscription = Row<'/v1/subscriptions'>;

/** What is said of one that is not there. */
export const NO_ENDPOINT = {
  what: 'endpoint',
  why: 'or it was deleted; its deliveries can still be read',
  list: { to: '/endpoints', label: 'All endpoints' },
} as const;

/** An endpoint as its page and panel show it. */
export function useEndpoint(id: string) {
  return useQuery<Read<Target>, PosthornError>({
    queryKey: ['entity', '/v1/targets/{id}', id],
    queryFn: ({ signal }) => readOf(api.GET('/v1/targets/{id}', { params: { path: { id } }, signal })),
    // No frame says that a challenge was answered.
    refetchInterval: ({ state }) => (state.data?.value.verification?.state === 'pending' ? 1500 : false),
  });
}

/** How it does. */
export const useHealth = (id: string) =>
  $api.useQuery('get', '/v1/targets/{id}/health', { params: { path: { id } } });

/** Reads what is shown of an endpoint again as deliveries to it have outcomes, and as its state changes. */
export function useRefreshOf(id: string): void {
  useRefresh(
    ({ targets, outcomes, changed }) =>
      Boolean(
        targets?.some(({ targetId }) => targetId === id) ||
          outcomes?.some(({ targetId }) => targetId === id) ||
          changed?.includes('targets'),
      ),
    ['/v1/targets/{id}'],
  );
}

const PAGE = 200;
/** The API lists subscriptions of all endpoints together, so the search for those of one ends somewhere. */
const MOST_PAGES = 10;

export interface SubscriptionsOf {
  readonly items: readonly Subscription[];
  /** There are more subscriptions than were looked at. */
  readonly isCut: boolean;
}

/** The subscriptions that send to an endpoint. */
export function useSubscriptionsOf(targetId: string) {
  return useQuery({
    queryKey: ['get', '/v1/subscriptions', { targetId }],
    queryFn: async ({ signal }): Promise<SubscriptionsOf> => {
      const items: Subscription[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
        const { data } = await api.GET('/v1/subscriptions', { params: { query }, signal });
        const { items: found, next } = data as Answer<'/v1/subscriptions'>;
        items.push(...found.filter((each) => each.targetId === targetId));
        if (next === null) return { items, isCut: false };
        cursor = next;
      }
      return { items, isCut: true };
    },
  });
}
