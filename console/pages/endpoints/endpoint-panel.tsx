import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { linkTo } from '../../app/links.ts';
import { addressOf } from '../../parts/address.ts';
import { CopyButton, ShortId } from '../../parts/copy.tsx';
import { Facts, PageHead } from '../../parts/layout.tsx';
import { Missing } from '../../parts/missing.tsx';
import { countText } from '../../parts/numbers.ts';
import { Time } from '../../parts/time.tsx';
import { RecentFailures } from './activity/recent-failures.tsx';
import { kindLabel } from './kinds/labels.ts';
import { StateLine } from './state-line.tsx';
import { NO_ENDPOINT, useEndpoint, useHealth } from './use-endpoint.ts';

/** What the list's panel shows of an endpoint. */
export function EndpointPanel({ id }: { readonly id: string }) {
  const { data, error, refetch } = useEndpoint(id);
  const { data: health } = useHealth(id);
  if (!data) {
    return <Missing {...NO_ENDPOINT} error={error} onRetry={() => void refetch()} isPage={false} />;
  }
  const { value: target } = data;
  return (
    <>
      <PageHead
        title={target.name ?? addressOf(target)}
        below={
          <>
            <code>{addressOf(target)}</code> <CopyButton text={addressOf(target)} what="the address" />
          </>
        }
      />
      {health && <StateLine target={target} health={health} />}
      <Facts
        of={[
          ['Id', <ShortId key="id" id={id} />],
          ['Kind', target.kind !== 'webhook' && kindLabel(target.kind)],
          ['Description', target.description],
          ['Signature', target.signature],
          ['Rate limit', target.rateLimit && `${target.rateLimit.perSecond} a second`],
          [
            'Waiting',
            health && health.waiting > 0 ? (
              <Link
                key="waiting"
                component={RouterLink}
                to={linkTo.deliveries({ targetId: id, status: 'retrying,parked' })}
              >
                {countText(health.waiting)}
              </Link>
            ) : (
              'Nothing'
            ),
          ],
          ['Created', <Time key="created" at={target.createdAt} />],
        ]}
      />
      <Box sx={{ mt: 2 }}>
        <RecentFailures id={id} />
      </Box>
    </>
  );
}
