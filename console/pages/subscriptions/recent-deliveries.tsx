import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../api/client.ts';
import { linkTo } from '../../app/links.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { Foreign, Section } from '../../parts/layout.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';

const SHOWN = 8;

/** The last deliveries of a subscription, and where the others are. Retry and replay stand on a delivery's own page. */
export function RecentDeliveries({ id }: { readonly id: string }) {
  const { data, error, refetch } = $api.useQuery('get', '/v1/subscriptions/{id}/deliveries', {
    params: { path: { id }, query: { limit: SHOWN } },
  });
  useRefresh(
    ({ outcomes }) => outcomes?.some(({ subscriptionId }) => subscriptionId === id) ?? false,
    ['/v1/subscriptions/{id}/deliveries'],
  );
  const query = { subscriptionId: id };
  return (
    <Section
      title="Deliveries"
      actions={
        <>
          <Button component={RouterLink} to={linkTo.deliveries(query)}>
            All
          </Button>
          <Button component={RouterLink} to={linkTo.deliveries({ ...query, status: 'retrying,parked' })}>
            Waiting
          </Button>
          <Button component={RouterLink} to={`/dead-letters?${new URLSearchParams(query)}`}>
            Dead letters
          </Button>
        </>
      }
    >
      <Problem error={error} onRetry={() => void refetch()} />
      {data?.items.length === 0 && (
        <Typography color="text.secondary">
          None yet. Send a test event, or publish one that the filter takes.
        </Typography>
      )}
      {data && data.items.length > 0 && (
        <Table aria-label="Last deliveries" sx={{ tableLayout: 'fixed' }}>
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: 120 }}>State</TableCell>
              <TableCell>Event</TableCell>
              <TableCell sx={{ width: 80, display: { xs: 'none', sm: 'table-cell' } }}>Answer</TableCell>
              <TableCell sx={{ width: 100 }}>Accepted</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {data.items.map(({ id: deliveryId, status, event, attempts }) => (
              <TableRow key={deliveryId} hover>
                <TableCell>
                  <Status of={status} />
                </TableCell>
                <TableCell sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
                  <Link component={RouterLink} to={linkTo.delivery(deliveryId)}>
                    <Foreign text={event.type} />
                  </Link>
                </TableCell>
                <TableCell sx={{ display: { xs: 'none', sm: 'table-cell' } }}>
                  {attempts.at(-1)?.statusCode ?? '–'}
                </TableCell>
                <TableCell>
                  <Time at={event.acceptedAt} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}
