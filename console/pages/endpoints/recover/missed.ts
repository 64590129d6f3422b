import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';
import type { Answer, Row } from '../../../api/types.ts';
import { type Missed, missedOf } from './count.ts';

const PAGE = 200;
/** Counting reads what it counts. What is beyond is said to be more. */
const MOST_PAGES = 3;

type Delivery = Row<'/v1/deliveries'>;

/** Counts deliveries to an endpoint that wait, or are dead. @param from of their events, RFC 3339 */
export function useMissed(targetId: string, kind: 'waiting' | 'dead', from: string | undefined) {
  return useQuery({
    queryKey: ['get', '/v1/deliveries', { targetId, kind, from }],
    queryFn: async ({ signal }): Promise<Missed> => {
      const rows: Delivery[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = {
          targetId,
          ...(from !== undefined && { from }),
          ...(cursor !== undefined && { cursor }),
          limit: PAGE,
        };
        // The dead letters are those that were not purged.
        const { data } =
          kind === 'dead'
            ? await api.GET('/v1/dead-letters', { params: { query }, signal })
            : await api.GET('/v1/deliveries', {
                params: { query: { ...query, status: 'retrying,parked' } },
                signal,
              });
        const { items, next } = data as Answer<'/v1/deliveries'>;
        rows.push(...items);
        if (next === null) return missedOf(rows, false);
        cursor = next;
      }
      return missedOf(rows, true);
    },
  });
}
