import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { useUrlState } from '../../app/url-state.ts';
import { Problem } from '../../parts/problem.tsx';
import { useSeesAll } from './abilities.ts';
import { RecentDeliveries } from './recent-deliveries.tsx';
import { useOtherUsers } from './shared.ts';
import { SharedNote } from './shared-note.tsx';
import { SubscriptionFacts, SubscriptionHead } from './subscription-detail.tsx';
import { type Subscription, useFilter, useSubscription } from './use-entity.ts';

const FilterEditor = lazy(() => import('./filter-editor.tsx'));

/** A subscription by itself. */
export function Page() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useSubscription(id);
  const [url, change] = useUrlState();
  const seesAll = useSeesAll();
  const tab = seesAll && url.get('tab') === 'filter' ? 'filter' : 'overview';
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <SubscriptionHead of={data.value} />
      {seesAll && (
        <Tabs
          value={tab}
          aria-label="Parts of the subscription"
          sx={{ mb: 2 }}
          onChange={(_, next: string) =>
            change({ tab: next === 'filter' ? next : undefined, as: undefined }, { push: true })
          }
        >
          <Tab value="overview" label="Overview" />
          <Tab value="filter" label="Filter" />
        </Tabs>
      )}
      {tab === 'filter' ? (
        <FilterTab of={data.value} />
      ) : (
        <>
          <SubscriptionFacts of={data.value} />
          <RecentDeliveries id={id} />
        </>
      )}
    </>
  );
}

function FilterTab({ of }: { readonly of: Subscription }) {
  const { data, error, refetch } = useFilter(of.filterId);
  const others = useOtherUsers(of);
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <Suspense fallback={<LinearProgress aria-label="Loading the workbench" />}>
      <FilterEditor key={of.filterId} read={data}>
        {!data.value.active && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            This filter is switched off: it matches nothing, whatever the verdict says.
          </Alert>
        )}
        <SharedNote users={others} isBesideOne />
      </FilterEditor>
    </Suspense>
  );
}
