import Add from '@mui/icons-material/Add';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import { lazy, Suspense } from 'react';
import { Link } from 'react-router';
import { useUrlState } from '../../app/url-state.ts';
import { PageHead } from '../../parts/layout.tsx';
import { useAbilities, useSeesAll } from './abilities.ts';
import { SubscriptionsTable } from './subscriptions-table.tsx';

const FiltersTable = lazy(() => import('./filters-table.tsx'));

/** Who gets which events: the subscriptions, and the filters that some of them share. */
export function Page() {
  const [url] = useUrlState();
  const may = useAbilities();
  const seesAll = useSeesAll();
  const tab = seesAll && url.get('tab') === 'filters' ? 'filters' : 'subscriptions';
  return (
    <>
      <PageHead
        title="Subscriptions"
        below="A subscription sends the events that its filter takes to an endpoint."
        actions={
          may.edit && (
            <Button
              component={Link}
              to={tab === 'filters' ? '/subscriptions/filters/new' : '/subscriptions/new'}
              variant="contained"
              startIcon={<Add />}
            >
              {tab === 'filters' ? 'Create filter' : 'Create subscription'}
            </Button>
          )
        }
      />
      {seesAll && (
        <Box
          component="nav"
          aria-label="Subscriptions and filters"
          sx={{ display: 'flex', mb: 2, borderBottom: 1, borderColor: 'divider' }}
        >
          <View to="/subscriptions" label="Subscriptions" isShown={tab === 'subscriptions'} />
          <View to="/subscriptions?tab=filters" label="Filters" isShown={tab === 'filters'} />
        </Box>
      )}
      {tab === 'filters' ? (
        <Suspense fallback={<LinearProgress aria-label="Loading" />}>
          <FiltersTable />
        </Suspense>
      ) : (
        <SubscriptionsTable />
      )}
    </>
  );
}

interface ViewProps {
  readonly to: string;
  readonly label: string;
  readonly isShown: boolean;
}

const View = ({ to, label, isShown }: ViewProps) => (
  <Button
    component={Link}
    to={to}
    aria-current={isShown ? 'page' : undefined}
    color={isShown ? 'primary' : 'inherit'}
    sx={{
      borderRadius: 0,
      px: 2,
      minHeight: 40,
      mb: '-1px',
      borderBottom: 2,
      borderColor: isShown ? 'primary.main' : 'transparent',
      color: isShown ? 'primary.main' : 'text.secondary',
      fontSize: '0.8125rem',
    }}
  >
    {label}
  </Button>
);
