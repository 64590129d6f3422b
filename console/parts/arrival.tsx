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
/** Retries go on on the page of the delivery. */
const PATIENCE_MS = 15_000;

const SETTLED: readonly string[] = ['delivered', 'dead'];

/** Shows what becomes of an event that was just sent, as it happens. @param eventId one that Posthorn named */
export function Arrival({ eventId }: { readonly eventId: string }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  const path = { params: { path: { id: eventId } } };
  // An event can be read once it was matched.
  const { data: event } = $api.useQuery('get', '/v1/events/{id}', path, {
    retry: PATIENCE_MS / EVERY_MS,
    retryDelay: EVERY_MS,
  });
  const { data } = $api.useQuery('get', '/v1/events/{id}/deliveries', path, {
    enabled: event !== undefined && event.matched > 0,
    refetchInterval: ({ state }) => {
      const found = state.data?.items ?? [];
      const isDone = found.length > 0 && found.every(({ status }) => SETTLED.includes(status));
      return isDone || isOver ? false : EVERY_MS;
    },
  });
  const items = data?.items ?? [];
  const isUnwanted = event?.matched === 0;
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
      {items.length === 0 && !isUnwanted && !isOver && (
        <LinearProgress aria-label="Waiting for the deliveries" sx={{ mb: 1 }} />
      )}
      {isUnwanted
        ? 'Accepted. No subscription wants it. '
        : items.length === 0
          ? 'Accepted, on its way. '
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
