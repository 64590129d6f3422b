import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useState } from 'react';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../api/client.ts';
import type { Row } from '../../api/types.ts';
import { linkTo } from '../../app/links.ts';
import { IS_PORTAL } from '../../app/mode.ts';
import { useMay } from '../../app/session.tsx';
import { endpointName } from '../../parts/endpoint-name.tsx';
import { healthReason, troubledSince } from '../../parts/health-words.ts';
import { Foreign, Section } from '../../parts/layout.tsx';
import { countOf } from '../../parts/numbers.ts';
import { Problem } from '../../parts/problem.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';

const AskTroubled = lazy(() => import('./ask-troubled.tsx'));

type Target = Row<'/v1/targets'>;

/** The worst are enough for a first look; the list of endpoints has them all. */
const SHOWN = 6;

/** Endpoints in trouble, with the reason in words and what can be done. */
export function AttentionSection({ hasEndpoints }: { readonly hasEndpoints: boolean }) {
  const query = { params: { query: { state: 'troubled' as const, include: 'health' as const, limit: 50 } } };
  const { data, error, refetch } = $api.useQuery('get', '/v1/targets', query);
  const troubled = data?.items.toSorted((a, b) => weight(b) - weight(a)) ?? [];
  return (
    <Section title="Needs attention">
      <Problem error={error} onRetry={() => void refetch()} />
      {data && troubled.length === 0 && (
        <Typography color="textSecondary">
          {hasEndpoints ? 'All endpoints do well.' : 'There is no endpoint yet.'}
        </Typography>
      )}
      {troubled.slice(0, SHOWN).map((target) => (
        <Troubled key={target.id} target={target} />
      ))}
      {troubled.length > SHOWN && (
        <Link component={RouterLink} to="/endpoints?state=troubled">
          {countOf(troubled.length - SHOWN, 'more endpoint')} in trouble
        </Link>
      )}
    </Section>
  );
}

/** What waits counts most: somebody misses it. A slow endpoint gets all of its events, so it comes last. */
const weight = ({ health }: Target): number => {
  if (!health) return 0;
  const { state, waiting, attempts, attemptSuccessRate } = health;
  return (state === 'slow' ? 0 : 1e9) + waiting * 1000 + attempts * (1 - (attemptSuccessRate ?? 1));
};

/** Switching off helps where deliveries fail. One that is slow still gets them. */
const mayBeDisabled = ({ state }: NonNullable<Target['health']>): boolean =>
  !['disabled', 'slow'].includes(state);

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function Troubled({ target }: { readonly target: Target }) {
  const { id, health } = target;
  const may = useMay();
  const [asking, setAsking] = useState<'retry' | 'disable'>();
  if (!health) return null;
  const reason = healthReason(health);
  const since = troubledSince(health);
  // A job of the whole endpoint is not for a token that is limited to some.
  const mayRetry = may('manage') && !IS_PORTAL && health.waiting > 0;
  return (
    <Box sx={{ py: 1.25, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0, pt: 0 } }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline', justifyContent: 'space-between' }}>
        <Link component={RouterLink} to={linkTo.endpoint(id)} sx={{ fontWeight: 600, minWidth: 0 }} noWrap>
          <Foreign text={endpointName(target)} />
        </Link>
        <Status kind="endpoint" of={health.state} />
      </Box>
      <Typography variant="body2" color="textSecondary" component="div">
        {reason && <>{sentence(reason)}. </>}
        {since && (
          <>
            Since <Time at={since} />.{' '}
          </>
        )}
        {health.waiting > 0 &&
          `${countOf(health.waiting, 'delivery', 'deliveries')} ${health.waiting === 1 ? 'waits' : 'wait'}.`}
      </Typography>
      <Box sx={{ display: 'flex', gap: 1, mt: 0.5, ml: -0.625, '& .MuiButton-root': { minWidth: 0 } }}>
        <Button component={RouterLink} to={linkTo.endpoint(id)} aria-label={`Open ${endpointName(target)}`}>
          Open
        </Button>
        {mayRetry && <Button onClick={() => setAsking('retry')}>Retry all</Button>}
        {may('manage') && mayBeDisabled(health) && (
          <Button color="inherit" onClick={() => setAsking('disable')}>
            Disable
          </Button>
        )}
      </Box>
      <Suspense>
        {asking && <AskTroubled target={target} about={asking} onClose={() => setAsking(undefined)} />}
      </Suspense>
    </Box>
  );
}
