import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { addressOf } from '../../parts/address.ts';
import { ShortId } from '../../parts/copy.tsx';
import { EndpointName } from '../../parts/endpoint-name.tsx';
import { Facts, Foreign, PageHead, Section } from '../../parts/layout.tsx';
import { countOf } from '../../parts/numbers.ts';
import { Problem } from '../../parts/problem.tsx';
import { Time } from '../../parts/time.tsx';
import { useAbilities, useSeesAll } from './abilities.ts';
import { FilterWords } from './filter-words.tsx';
import { RecentDeliveries } from './recent-deliveries.tsx';
import { useOtherUsers } from './shared.ts';
import { subscriptionName } from './state.ts';
import { SubscriptionActions } from './subscription-actions.tsx';
import { SubscriptionState } from './subscription-state.tsx';
import { type Subscription, useSubscription } from './use-entity.ts';

/** A subscription beside its list. */
export default function SubscriptionDetail({ id }: { readonly id: string }) {
  const { data, error, refetch } = useSubscription(id);
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={subscriptionName(data.value)}
        beside={<SubscriptionState of={data.value} />}
        below={<ShortId id={id} />}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 2 }}>
        <SubscriptionActions of={data.value} />
      </Box>
      <SubscriptionFacts of={data.value} />
      <RecentDeliveries id={id} />
    </>
  );
}

export function SubscriptionHead({ of }: { readonly of: Subscription }) {
  return (
    <PageHead
      title={subscriptionName(of)}
      beside={<SubscriptionState of={of} />}
      below={<ShortId id={of.id} />}
      actions={<SubscriptionActions of={of} />}
    />
  );
}

export function SubscriptionFacts({ of }: { readonly of: Subscription }) {
  const may = useAbilities();
  const seesAll = useSeesAll();
  const others = useOtherUsers(of);
  const { id, filterId, description, metadata } = of;
  return (
    <>
      <Section
        title="Filter"
        actions={
          may.edit && (
            <Button component={RouterLink} to={`${linkTo.subscription(id)}?tab=filter`}>
              Edit filter
            </Button>
          )
        }
      >
        <FilterWords of={of} />
      </Section>
      <Section title="Facts">
        <Facts
          of={[
            ['Endpoint', <EndpointName key="endpoint" id={of.targetId} />],
            ['Address', <Foreign key="address" text={addressOf(of)} />],
            ['Description', description && <Foreign text={description} />],
            ['Created', <Time key="created" at={of.createdAt} />],
            ['Changed', <Time key="changed" at={of.updatedAt} />],
            [
              'Filter',
              <span key="filter">
                {seesAll ? (
                  <Link component={RouterLink} to={linkTo.filter(filterId)}>
                    <ShortId id={filterId} />
                  </Link>
                ) : (
                  <ShortId id={filterId} />
                )}{' '}
                {others.length > 0 && `shared with ${countOf(others.length, 'other subscription')}`}
              </span>,
            ],
            ...Object.entries(metadata ?? {}).map(
              ([name, value]) => [name, <Foreign key={name} text={value} />] as const,
            ),
          ]}
        />
      </Section>
    </>
  );
}
