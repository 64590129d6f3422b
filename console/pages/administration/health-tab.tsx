import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../api/client.ts';
import type { Answer } from '../../api/types.ts';
import { Facts, Section } from '../../parts/layout.tsx';
import { countOf, countText } from '../../parts/numbers.ts';
import { Problem } from '../../parts/problem.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { durationText } from '../../parts/times.ts';
import { QueuesTable, queueLabel } from './queues-table.tsx';

type Overview = Answer<'/v1/environment'>;

/** The API reads counts at most every ten seconds. */
const EVERY_MS = 10_000;

/** Whether the environment's own parts do well, and what waits in them. */
export function HealthTab() {
  const { data, error, refetch } = $api.useQuery('get', '/v1/environment', {}, { refetchInterval: EVERY_MS });
  const parts = $api.useQuery('get', '/health', {}, { refetchInterval: EVERY_MS, retry: false });
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Attention of={data.attention} />
      <Box
        sx={{
          display: 'grid',
          columnGap: 2,
          alignItems: 'start',
          gridTemplateColumns: { lg: 'minmax(0, 2fr) minmax(0, 1fr)' },
        }}
      >
        <Section title="Queues">
          <QueuesTable queues={data.queues} />
        </Section>
        <div>
          <Section title="Parts">
            {parts.data ? (
              <Facts
                of={Object.entries(parts.data.components).map(([name, state]) => [
                  queueLabel(name),
                  <Status
                    key={name}
                    kind="endpoint"
                    of={state === 'ok' ? 'healthy' : 'failing'}
                    label={state === 'ok' ? 'Answers' : 'Does not answer'}
                  />,
                ])}
              />
            ) : (
              <Problem error={parts.error} />
            )}
          </Section>
          <Section title="Endpoints in trouble">
            <Troubled of={data.targets} />
          </Section>
          <Section title="What waits, and what catches up">
            <Facts of={background(data)} />
          </Section>
        </div>
      </Box>
      <Typography variant="body2" color="textSecondary">
        As of <Time at={data.at} />.
      </Typography>
    </>
  );
}

function Attention({ of }: { readonly of: Overview['attention'] }) {
  if (of.length === 0) {
    return (
      <Alert severity="success" sx={{ mb: 2 }}>
        All parts do well.
      </Alert>
    );
  }
  return of.map(({ text, runbook }) => (
    <Alert key={text} severity="warning" sx={{ mb: 1 }}>
      <b>{text}</b> The runbook says what to do under “{runbook}”.
    </Alert>
  ));
}

const STATES = ['disabled', 'unverified', 'open', 'paused', 'failing', 'slow'] as const;

function Troubled({ of }: { readonly of: Overview['targets'] }) {
  const some = STATES.filter((state) => of[state] > 0);
  if (some.length === 0) return <Typography color="textSecondary">None.</Typography>;
  return (
    <>
      <Facts
        of={some.map((state) => [
          <Status key={state} kind="endpoint" of={state} />,
          countText(of[state]) + (of.isCut ? '+' : ''),
        ])}
      />
      <Link component={RouterLink} to="/admin?tab=endpoints" sx={{ display: 'inline-block', mt: 1 }}>
        Show them
      </Link>
    </>
  );
}

function background({ holdQueues, release, recovery }: Overview): [string, React.ReactNode][] {
  const { scheduled, isCut, firstDrainAt } = holdQueues;
  return [
    ['Hold queues', `${countOf(scheduled, 'endpoint')}${isCut ? ' and more' : ''}`],
    ['Next drain', firstDrainAt ? <Time key="drain" at={firstDrainAt} /> : 'nothing waits'],
    [
      'Parked deliveries',
      release.behindSeconds === null
        ? 'not released yet'
        : release.behindSeconds === 0
          ? 'released in time'
          : `released ${durationText(release.behindSeconds * 1000)} late`,
    ],
    [
      'Lost deliveries',
      recovery.checkedUpTo ? (
        <>
          searched up to <Time key="upto" at={recovery.checkedUpTo} />
        </>
      ) : (
        'not searched yet'
      ),
    ],
  ];
}
