import Add from '@mui/icons-material/Add';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { Link } from 'react-router';
import { useUrlState } from '../../app/url-state.ts';
import { PageHead } from '../../parts/layout.tsx';
import { useAbilities, useSeesAll } from './abilities.ts';
import { FiltersTable } from './filters-table.tsx';
import { SubscriptionsTable } from './subscriptions-table.tsx';

/** Who gets which events: the subscriptions, and the filters that some of them share. */
export function Page() {
  const [url, change] = useUrlState();
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
        <Tabs
          value={tab}
          aria-label="Subscriptions and filters"
          sx={{ mb: 1.5 }}
          onChange={(_, next: string) =>
            change(
              { tab: next === 'filters' ? next : undefined, q: undefined, open: undefined },
              { push: true },
            )
          }
        >
          <Tab value="subscriptions" label="Subscriptions" />
          <Tab value="filters" label="Filters" />
        </Tabs>
      )}
      {tab === 'filters' ? <FiltersTable /> : <SubscriptionsTable />}
    </>
  );
}
