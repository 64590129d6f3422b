import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { $api } from '../../../api/client.ts';
import type { Answer, Row } from '../../../api/types.ts';
import { linkTo } from '../../../app/links.ts';
import { useFrames } from '../../../live/live.tsx';
import { deathLabel, waitText } from '../../../parts/delivery/words.ts';
import { failureText } from '../../../parts/failure-words.ts';
import { Foreign } from '../../../parts/layout.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { Status } from '../../../parts/status.tsx';
import { Duration, Time } from '../../../parts/time.tsx';

type Delivery = Row<'/v1/events/{id}/deliveries'>;

/** An outcome is in the log within two seconds, also where no frame says so. */
const EVERY_MS = 1000;
/** Of an answer's body. */
const SHOWN_CHARACTERS = 500;

interface TestOutcomeProps {
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly timeoutSeconds: number;
}

/** What becomes of a test event, attempt after attempt. */
export function TestOutcome({ eventId, subscriptionId, timeoutSeconds }: TestOutcomeProps) {
  const { data, error, refetch } = $api.useQuery(
    'get',
    '/v1/events/{id}/deliveries',
    { params: { path: { id: eventId } } },
    {
      // An event is there once dispatch has seen it.
      retry: 10,
      retryDelay: EVERY_MS,
      refetchInterval: ({ state }) => (isSettled(find(state.data, subscriptionId)) ? false : EVERY_MS),
    },
  );
  useFrames(({ outcomes }) => {
    if (outcomes?.some((outcome) => outcome.eventId === eventId)) void refetch();
  });
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  const delivery = find(data, subscriptionId);
  return (
    <Box
      role="status"
      aria-label="What became of the test event"
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 1.5 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, flexWrap: 'wrap' }}>
        {delivery ? <Status of={delivery.status} /> : <Status of="queued" />}
        <Box sx={{ flex: 1 }} />
        {delivery && (
          <Link component={RouterLink} to={linkTo.delivery(delivery.id)}>
            Open the delivery
          </Link>
        )}
      </Box>
      {!isSettled(delivery) && <LinearProgress aria-label="On its way" sx={{ my: 1 }} />}
      {delivery?.attempts.map((attempt) => (
        <Attempt key={attempt.number} attempt={attempt} timeoutSeconds={timeoutSeconds} />
      ))}
      {delivery !== undefined && delivery.attempts.length === 0 && isSettled(delivery) && (
        <Typography sx={{ mt: 1 }}>
          {delivery.reason ? deathLabel(delivery.reason) : `It waits ${waitText(delivery.waitingFor) ?? ''}`}.
        </Typography>
      )}
      {delivery?.nextAttemptAt !== undefined && (
        <Typography color="textSecondary" sx={{ mt: 1 }}>
          The next attempt is <Time at={delivery.nextAttemptAt} />.
        </Typography>
      )}
    </Box>
  );
}

function Attempt({
  attempt,
  timeoutSeconds,
}: {
  readonly attempt: Delivery['attempts'][number];
  readonly timeoutSeconds: number;
}) {
  const { number, statusCode, durationMs, detail, answer = '' } = attempt;
  return (
    <Box sx={{ mt: 1 }}>
      Attempt {number}: {failureText(attempt, timeoutSeconds)} in <Duration ms={durationMs} />
      {statusCode === undefined && detail !== undefined && (
        <>
          {': '}
          <Foreign text={detail} />
        </>
      )}
      {answer !== '' && (
        <Box component="pre" tabIndex={0} sx={{ m: 0, mt: 0.5, maxHeight: 120, overflow: 'auto' }}>
          <Foreign
            text={answer.length > SHOWN_CHARACTERS ? `${answer.slice(0, SHOWN_CHARACTERS)}…` : answer}
          />
        </Box>
      )}
    </Box>
  );
}

const find = (
  page: Answer<'/v1/events/{id}/deliveries'> | undefined,
  subscriptionId: string,
): Delivery | undefined => page?.items.find((each) => each.subscriptionId === subscriptionId);

/** It has arrived, is given up, has failed once or is held: what comes next takes longer than anybody watches. */
const isSettled = (delivery: Delivery | undefined): boolean =>
  delivery !== undefined && SETTLED.includes(delivery.status);

const SETTLED: readonly string[] = ['delivered', 'dead', 'retrying', 'parked'];
