import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import { useEffect, useState } from 'react';
import { Link as RouterLink } from 'react-router';
import { $api } from '../api/client.ts';
import { linkTo } from '../app/links.ts';
import { EndpointName } from './endpoint-name.tsx';
import { Status } from './status.tsx';
import { Duration } from './time.tsx';

const EVERY_MS = 1000;
/** After this, an event without a delivery is one that no subscription wanted. */
const PATIENCE_MS = 15_000;

const SETTLED: readonly string[] = ['delivered', 'dead'];

/** Shows what becomes of an event that was just sent, as it happens. @param eventId one that Posthorn named */
export function Arrival({ eventId }: { readonly eventId: string }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  const { data } = $api.useQuery(
    'get',
    '/v1/events/{id}/deliveries',
    { params: { path: { id: eventId } } },
    {
      refetchInterval: ({ state }) => {
        const items = state.data?.items ?? [];
        const isDone = items.length > 0 && items.every(({ status }) => SETTLED.includes(status));
        return isDone || isOver ? false : EVERY_MS;
      },
      // The event is written to the log a moment after it was accepted.
      retry: 5,
      retryDelay: EVERY_MS,
    },
  );
  const items = data?.items ?? [];
  const link = (
    <Link component={RouterLink} to={linkTo.event(eventId)} color="inherit" underline="always">
      Open the event
    </Link>
  );
  return (
    <Alert
      severity={items.some(({ status }) => status === 'dead') ? 'warning' : 'info'}
      sx={{ mt: 2 }}
      role="status"
      icon={false}
    >
      {items.length === 0 && !isOver && (
        <LinearProgress aria-label="Waiting for the deliveries" sx={{ mb: 1 }} />
      )}
      {items.length === 0
        ? isOver
          ? 'Accepted. No subscription wanted it within 15 s. '
          : 'Accepted, on its way. '
        : 'Accepted and matched. '}
      {link}
      {items.length > 0 && (
        <Table aria-label="Deliveries of the event" size="small" sx={{ mt: 1 }}>
          <TableBody>
            {items.map(({ id, status, targetId, attempts }) => {
              const last = attempts.at(-1);
              return (
                <TableRow key={id}>
                  <TableCell sx={{ pl: 0 }}>
                    <Status of={status} />
                  </TableCell>
                  <TableCell sx={{ overflowWrap: 'anywhere' }}>
                    <EndpointName id={targetId} />
                  </TableCell>
                  <TableCell>{last && (last.statusCode ?? 'no answer')}</TableCell>
                  <TableCell>{last && <Duration ms={last.durationMs} />}</TableCell>
                  <TableCell>
                    <Link component={RouterLink} to={linkTo.delivery(id)} color="inherit" underline="always">
                      Open
                    </Link>
                  </TableCell>
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      )}
    </Alert>
  );
}
