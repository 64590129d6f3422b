import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { ShortId } from '../../parts/copy.tsx';
import { PageHead, Section } from '../../parts/layout.tsx';
import { Problem } from '../../parts/problem.tsx';
import { FilterWords } from './filter-words.tsx';
import { subscriptionName } from './state.ts';
import { SubscriptionState } from './subscription-state.tsx';
import { type Subscription, useFilter } from './use-entity.ts';

interface FilterDetailProps {
  readonly id: string;
  readonly users: readonly Subscription[];
}

/** A filter beside its list. */
export default function FilterDetail({ id, users }: FilterDetailProps) {
  const { data, error, refetch } = useFilter(id);
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  const { name } = data.value;
  return (
    <>
      <PageHead title={name ?? 'Filter'} below={<ShortId id={id} />} />
      <Button component={RouterLink} to={linkTo.filter(id)} variant="outlined" sx={{ mb: 2 }}>
        Open in the workbench
      </Button>
      <Section title="What it takes">
        <FilterWords of={data.value} />
      </Section>
      <FilterUsers users={users} />
    </>
  );
}

export function FilterUsers({ users }: { readonly users: readonly Subscription[] }) {
  return (
    <Section title="Used by">
      {users.length === 0 && (
        <Typography color="text.secondary">No subscription. It matches nothing until one uses it.</Typography>
      )}
      {users.map((each) => (
        <Typography key={each.id} sx={{ py: 0.5, display: 'flex', gap: 1, overflowWrap: 'anywhere' }}>
          <Link component={RouterLink} to={linkTo.subscription(each.id)}>
            <bdi>{subscriptionName(each)}</bdi>
          </Link>
          <SubscriptionState of={each} />
        </Typography>
      ))}
    </Section>
  );
}
