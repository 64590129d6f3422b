import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { Link as RouterLink } from 'react-router';
import type { LiveOutcome } from '../../../client/live/frame.ts';
import { $api } from '../../api/client.ts';
import type { Row } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import { IS_PORTAL } from '../../app/mode.ts';
import { useFrames } from '../../live/live.tsx';
import { withOutcomes } from '../../live/outcomes.ts';
import { liveText } from '../../parts/delivery/words.ts';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { EndpointName } from '../../parts/endpoint-name.tsx';
import { Foreign, Section } from '../../parts/layout.tsx';
import { countText } from '../../parts/numbers.ts';
import type { Scope } from '../../parts/scope.ts';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { outcomeOf } from './outcome-of.ts';

const SHOWN = 20;

/** What has just happened, as it comes. It stands still while the pointer is over it. */
export default function LatestOutcomes({ scope }: { readonly scope: Scope }) {
  const query = { limit: SHOWN, ...scope };
  const { data, error } = $api.useQuery('get', '/v1/deliveries', { params: { query } });
  const [outcomes, setOutcomes] = useState<readonly LiveOutcome[]>([]);
  const [leftOut, setLeftOut] = useState(0);
  const [isHeld, setHeld] = useState(false);
  const held = useRef<LiveOutcome[]>([]);
  useEffect(() => {
    const known = data?.items.flatMap((row: Row<'/v1/deliveries'>) => outcomeOf(row) ?? []) ?? [];
    setOutcomes((shown) => withOutcomes(shown, known, SHOWN));
  }, [data]);
  useFrames(({ outcomes: all = [], counts }) => {
    const added = all.filter(({ targetId }) => scope.targetId === undefined || scope.targetId === targetId);
    setLeftOut(counts?.leftOut ?? 0);
    if (isHeld) held.current = [...added, ...held.current].slice(0, SHOWN);
    else setOutcomes((shown) => withOutcomes(shown, added, SHOWN));
  });
  function release(): void {
    setHeld(false);
    const added = held.current;
    held.current = [];
    setOutcomes((shown) => withOutcomes(shown, added, SHOWN));
  }
  return (
    <Section
      title="Latest outcomes"
      actions={
        <Typography variant="body2" color="textSecondary" role="status">
          {isHeld
            ? 'Paused while the pointer is here'
            : leftOut > 0
              ? `and ${countText(leftOut)} more a second`
              : ''}
        </Typography>
      }
    >
      {data?.items.length === 0 && outcomes.length === 0 && !error ? (
        <Empty
          text={
            IS_PORTAL
              ? 'Nothing was delivered yet. What is sent to your endpoints shows up here as it happens.'
              : 'Nothing was delivered yet. Publish an event, and watch it arrive here.'
          }
          line={curlLine('POST', '/v1/events', { type: 'payment.captured', data: { amount: 120.5 } })}
        />
      ) : (
        <Box
          component="ul"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={release}
          sx={{ m: 0, p: 0, listStyle: 'none' }}
        >
          {data && outcomes.length === 0 && (
            <Typography component="li" color="textSecondary">
              Deliveries are under way.
            </Typography>
          )}
          {outcomes.map((each) => (
            <Outcome key={`${each.deliveryId} ${each.attempt} ${each.status}`} outcome={each} />
          ))}
        </Box>
      )}
    </Section>
  );
}

function Outcome({ outcome }: { readonly outcome: LiveOutcome }) {
  const { deliveryId, type, targetId, status, attempt, at } = outcome;
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: {
          xs: '104px minmax(0, 1fr) 72px',
          md: '104px minmax(0, 3fr) minmax(0, 3fr) minmax(0, 3fr) 96px',
        },
        columnGap: 1.5,
        alignItems: 'center',
        minHeight: 36,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Status of={status} />
      <Link component={RouterLink} to={linkTo.delivery(deliveryId)} noWrap>
        <Foreign text={type} />
      </Link>
      <Box
        sx={{
          display: { xs: 'none', md: 'block' },
          overflow: 'hidden',
          textOverflow: 'ellipsis',
          whiteSpace: 'nowrap',
        }}
      >
        <EndpointName id={targetId} />
      </Box>
      <Typography noWrap color="textSecondary" sx={{ display: { xs: 'none', md: 'block' } }}>
        {[attempt > 1 && `Attempt ${attempt}`, liveText(outcome)].filter(Boolean).join(' · ')}
      </Typography>
      <Box sx={{ textAlign: 'right', color: 'text.secondary' }}>
        <Time at={at} />
      </Box>
    </Box>
  );
}
