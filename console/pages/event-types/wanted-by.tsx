import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { useWholeList } from '../../list/use-whole-list.ts';
import { endpointName } from '../../parts/endpoint-name.tsx';
import { fits } from '../../parts/event-patterns.ts';
import { Section } from '../../parts/layout.tsx';
import { Status } from '../../parts/status.tsx';

const SHOWN = 20;

/** The subscriptions whose patterns take this event type. Their conditions may still leave an event out. */
export function WantedBy({ type }: { readonly type: string }) {
  const { rows, hasMore } = useWholeList('/v1/subscriptions');
  const may = useMay();
  const { targetIds } = useSession();
  const wanting = useMemo(
    () => rows.filter(({ events }) => events.some((pattern) => fits(pattern, type))),
    [rows, type],
  );
  const query = new URLSearchParams({ eventType: type });
  return (
    <Section
      title="Wanted by"
      actions={
        may('manage') &&
        targetIds === undefined && (
          <Button component={RouterLink} to={`/subscriptions/new?${query}`}>
            Subscribe to it
          </Button>
        )
      }
    >
      {wanting.length === 0 && !hasMore && (
        <Typography color="text.secondary">No subscription wants this event type.</Typography>
      )}
      {wanting.slice(0, SHOWN).map(({ id, active, where, jsonpath, during, ...named }) => (
        <Box key={id} sx={{ display: 'flex', gap: 1.5, py: 0.5, alignItems: 'baseline', flexWrap: 'wrap' }}>
          <Link component={RouterLink} to={linkTo.subscription(id)} sx={{ overflowWrap: 'anywhere' }}>
            <bdi>{endpointName(named)}</bdi>
          </Link>
          {!active && <Status kind="use" of="paused" />}
          {(where ?? jsonpath ?? during) !== undefined && (
            <Typography variant="body2" color="text.secondary">
              under conditions
            </Typography>
          )}
        </Box>
      ))}
      {wanting.length > SHOWN && (
        <Link component={RouterLink} to={`/subscriptions?${query}`}>
          All {wanting.length}
        </Link>
      )}
    </Section>
  );
}
