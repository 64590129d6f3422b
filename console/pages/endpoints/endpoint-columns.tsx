import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import type { Row } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import type { Column } from '../../list/columns.ts';
import { addressOf } from '../../parts/address.ts';
import { ShortId } from '../../parts/copy.tsx';
import { failureText } from '../../parts/failure-words.ts';
import { countText, shareText } from '../../parts/numbers.ts';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { kindLabel } from './kinds/labels.ts';
import { isFetched } from './kinds/takes.ts';

export type Endpoint = Row<'/v1/targets'>;

/** A row that is counted up to a hundred has this many, or more. */
const MOST_WAITING = 100;

export const COLUMNS: readonly Column<Endpoint>[] = [
  {
    id: 'endpoint',
    header: 'Endpoint',
    width: '3fr',
    onPhone: true,
    cell: ({ id, name, kind, ...where }) => (
      <>
        <Link component={RouterLink} to={linkTo.endpoint(id)} sx={{ fontWeight: 600 }}>
          <bdi>{name ?? (isFetched(kind) ? kindLabel(kind) : addressOf(where))}</bdi>
        </Link>
        {name !== undefined && (
          <Box
            component="span"
            sx={{ color: 'text.secondary', ml: 1, display: { xs: 'none', md: 'inline' } }}
          >
            <bdi>{isFetched(kind) ? kindLabel(kind) : addressOf(where)}</bdi>
          </Box>
        )}
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '164px',
    onPhone: true,
    cell: ({ health }) => health && <Status kind="endpoint" of={health.state} />,
  },
  {
    id: 'success',
    header: 'Success, last hour',
    width: '150px',
    align: 'right',
    cell: ({ health }) =>
      health && health.attemptSuccessRate !== null ? (
        <>
          {shareText(health.attemptSuccessRate)}{' '}
          <Box component="span" sx={{ color: 'text.secondary' }}>
            of {countText(health.attempts)}
          </Box>
        </>
      ) : (
        '–'
      ),
  },
  {
    id: 'waiting',
    header: 'Waiting',
    width: '72px',
    align: 'right',
    cell: ({ id, health }) =>
      health && health.waiting > 0 ? (
        <Link component={RouterLink} to={linkTo.deliveries({ targetId: id, status: 'retrying,parked' })}>
          {health.waiting >= MOST_WAITING ? `${MOST_WAITING}+` : countText(health.waiting)}
        </Link>
      ) : (
        '–'
      ),
  },
  {
    id: 'failure',
    header: 'Last failure',
    width: '2fr',
    cell: ({ health, timeoutSeconds }) =>
      health?.lastFailure ? (
        <>
          {failureText(health.lastFailure, timeoutSeconds)}
          {', '}
          <Time at={health.lastFailure.at} />
        </>
      ) : (
        '–'
      ),
  },
  { id: 'signature', header: 'Signature', isHidden: true, cell: ({ signature }) => signature },
  {
    id: 'created',
    header: 'Created',
    width: '110px',
    isHidden: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  { id: 'id', header: 'Id', width: '190px', isHidden: true, cell: ({ id }) => <ShortId id={id} /> },
];
