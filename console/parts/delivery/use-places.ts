import { useMemo } from 'react';
import { useUrlState } from '../../app/url-state.ts';
import { optionsOf } from '../../list/options.ts';
import { endpointName, useEndpoints } from '../endpoint-name.tsx';
import { useLimitedTo, useScope } from '../limited.ts';
import { subscriptionName, useSubscriptions } from '../subscription-name.tsx';
import { endpointFilter, subscriptionFilter } from './filters.ts';

/** What a list of deliveries can be filtered by: endpoints and subscriptions, by name, and the endpoint that it is of. */
export function usePlaces() {
  const endpoints = useEndpoints();
  const subscriptions = useSubscriptions();
  const [url] = useUrlState();
  const isLimited = useLimitedTo() !== undefined;
  const scope = useScope();
  const targetId = isLimited ? scope.targetId : (url.get('targetId') ?? undefined);
  return useMemo(
    () => ({
      // A limited session chooses its endpoint above the page: its lists are always of one.
      filters: [
        ...(isLimited ? [] : [endpointFilter(optionsOf(endpoints.values(), endpointName))]),
        subscriptionFilter(optionsOf(subscriptions, subscriptionName)),
      ],
      targetId,
      isLimited,
      names: {
        endpoint: (id: string) => (endpoints.has(id) ? endpointName(endpoints.get(id)!) : id),
        subscription: (id: string) => {
          const known = subscriptions.find((each) => each.id === id);
          return known ? subscriptionName(known) : id;
        },
      },
    }),
    [endpoints, subscriptions, isLimited, targetId],
  );
}
