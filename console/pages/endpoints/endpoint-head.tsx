import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { useMay } from '../../app/session.tsx';
import { addressOf } from '../../parts/address.ts';
import { CopyButton, ShortId } from '../../parts/copy.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { countText, shareText } from '../../parts/numbers.ts';
import { EndpointActions } from './actions/endpoint-actions.tsx';
import { kindLabel } from './kinds/labels.ts';
import { isFetched } from './kinds/takes.ts';
import { StateLine } from './state-line.tsx';
import { type Target, type TargetHealth, useHealth } from './use-endpoint.ts';

interface EndpointHeadProps {
  readonly target: Target;
  /** The session is limited to some endpoints: it can't delete one. */
  readonly isLimited: boolean;
}

/** What an endpoint is, how it does, and what can be done about it. */
export function EndpointHead({ target, isLimited }: EndpointHeadProps) {
  const may = useMay();
  const { data: health } = useHealth(target.id);
  return (
    <>
      <Link component={RouterLink} to="/endpoints">
        Endpoints
      </Link>
      <PageHead
        title={cut(target.name ?? (isFetched(target.kind) ? kindLabel(target.kind) : addressOf(target)))}
        below={
          <Box component="span" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2 }}>
            {target.name !== undefined && !isFetched(target.kind) && (
              <span>
                <code>
                  <bdi>{cut(addressOf(target))}</bdi>
                </code>{' '}
                <CopyButton text={addressOf(target)} what="the address" />
              </span>
            )}
            {target.kind !== 'webhook' && <span>{kindLabel(target.kind)}</span>}
            <ShortId id={target.id} />
            <Link component={RouterLink} to={linkTo.deliveries({ targetId: target.id })}>
              All deliveries
            </Link>
            <Link component={RouterLink} to={linkTo.alertsOf(target.id)}>
              Alerts
            </Link>
          </Box>
        }
        actions={may('manage') && <EndpointActions target={target} isLimited={isLimited} />}
      />
      {health && <StateLine target={target} health={health} />}
      {health && <Figures target={target} health={health} />}
    </>
  );
}

/** The whole URL is in the settings, and is what the button beside it copies. */
const cut = (text: string): string => (text.length > LONG ? `${text.slice(0, LONG)}…` : text);
const LONG = 120;

const HOUR_SECONDS = 3600;
/** The API counts no further. */
const MOST_WAITING = 1000;

function Figures({ target, health }: { readonly target: Target; readonly health: TargetHealth }) {
  const { id, rateLimit } = target;
  const { attempts, attemptSuccessRate, averageAnswerMs, waiting, held } = health;
  const used = Math.round((attempts / HOUR_SECONDS) * 100) / 100;
  const nothingPosted = isFetched(target.kind);
  const requests = [
    [
      'Success, last hour',
      attemptSuccessRate === null
        ? 'no attempts'
        : `${shareText(attemptSuccessRate)} of ${countText(attempts)}`,
    ],
    ['Average answer', averageAnswerMs === null ? '–' : `${countText(Math.round(averageAnswerMs))} ms`],
  ] as const;
  const figures = [
    ...(nothingPosted ? [] : requests),
    [
      nothingPosted ? 'Waiting to be fetched' : 'Waiting',
      <Waiting key="waiting" id={id} waiting={waiting} held={held} />,
    ],
    ...(nothingPosted
      ? []
      : [['Rate limit', rateLimit ? `${rateLimit.perSecond}/s, ${used}/s used` : 'none'] as const]),
  ] as const;
  return (
    <Box
      component="dl"
      sx={{
        display: 'grid',
        gridTemplateColumns: 'repeat(auto-fit, minmax(132px, max-content))',
        columnGap: 5,
        rowGap: 1,
        mt: 0,
        mb: 1.5,
      }}
    >
      {figures.map(([label, value]) => (
        <Box key={label} sx={{ minWidth: 0 }}>
          <Box component="dt" sx={{ color: 'text.secondary' }}>
            {label}
          </Box>
          <Box component="dd" sx={{ m: 0, fontWeight: 600 }}>
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function Waiting({
  id,
  waiting,
  held,
}: {
  readonly id: string;
  readonly waiting: number;
  readonly held: number;
}) {
  if (waiting === 0) return 'nothing';
  return (
    <Link component={RouterLink} to={linkTo.deliveries({ targetId: id, status: 'retrying,parked' })}>
      {waiting >= MOST_WAITING ? `${countText(MOST_WAITING)}+` : countText(waiting)}
      {held > 0 && `, ${held >= waiting ? 'all' : countText(held)} held`}
    </Link>
  );
}
