import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useSeesAll } from './abilities.ts';
import { RecentDeliveries } from './recent-deliveries.tsx';
import { useOtherUsers } from './shared.ts';
import { SharedNote } from './shared-note.tsx';
import { SubscriptionFacts, SubscriptionHead } from './subscription-detail.tsx';
import { type Subscription, useFilter, useSubscription } from './use-entity.ts';

const FilterEditor = lazy(() => import('./filter-editor.tsx'));

const TABS = [
  ['overview', 'Overview'],
  ['filter', 'Filter'],
] as const;

/** A subscription by itself. */
export function Page() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useSubscription(id);
  const seesAll = useSeesAll();
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <SubscriptionHead of={data.value} />
      {seesAll ? (
        <PageTabs label="Parts of the subscription" tabs={TABS} own={['as']}>
          {(tab) => (tab === 'filter' ? <FilterTab of={data.value} /> : <Overview of={data.value} />)}
        </PageTabs>
      ) : (
        <Overview of={data.value} />
      )}
    </>
  );
}

const Overview = ({ of }: { readonly of: Subscription }) => (
  <>
    <SubscriptionFacts of={of} />
    <RecentDeliveries id={of.id} />
  </>
);

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
