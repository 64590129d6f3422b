import Alert from '@mui/material/Alert';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { countOf } from '../../parts/numbers.ts';
import { subscriptionName } from './state.ts';
import type { Subscription } from './use-entity.ts';

const SHOWN = 5;

interface SharedNoteProps {
  /** Those that use the filter, besides the one that is looked at, if one is. */
  readonly users: readonly Subscription[];
  readonly isBesideOne?: boolean;
}

/** Says that an edit of a filter changes other subscriptions too. */
export function SharedNote({ users, isBesideOne = false }: SharedNoteProps) {
  if (users.length === 0) return null;
  return (
    <Alert severity="warning" sx={{ mb: 2 }}>
      A change of this filter {isBesideOne ? 'also changes' : 'changes'}{' '}
      {countOf(users.length, isBesideOne ? 'other subscription' : 'subscription')}:{' '}
      {users.slice(0, SHOWN).map((each, i) => (
        <span key={each.id}>
          {i > 0 && ', '}
          <Link component={RouterLink} to={linkTo.subscription(each.id)} color="inherit" underline="always">
            <bdi>{subscriptionName(each)}</bdi>
          </Link>
        </span>
      ))}
      {users.length > SHOWN && ' …'}
    </Alert>
  );
}
