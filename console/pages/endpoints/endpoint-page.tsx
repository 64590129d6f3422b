import { useParams } from 'react-router';
import { useMay, useSession } from '../../app/session.tsx';
import { Missing } from '../../parts/missing.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { Activity } from './activity/activity.tsx';
import { Challenge } from './challenge.tsx';
import { EndpointHead } from './endpoint-head.tsx';
import { takes } from './kinds/takes.ts';
import { Recover } from './recover/recover.tsx';
import { Secrets } from './secrets/secrets.tsx';
import { Settings } from './settings/settings.tsx';
import { NO_ENDPOINT, useEndpoint, useRefreshOf } from './use-endpoint.ts';

const TABS = [
  ['activity', 'Activity'],
  ['settings', 'Settings'],
  ['secrets', 'Secrets'],
  ['challenge', 'Challenge'],
  ['recover', 'Recover'],
] as const;

export function Page() {
  const { id = '' } = useParams();
  return <Endpoint key={id} id={id} />;
}

function Endpoint({ id }: { readonly id: string }) {
  const { data, error, refetch } = useEndpoint(id);
  const may = useMay();
  const { targetIds } = useSession();
  useRefreshOf(id);
  if (!data) {
    return <Missing {...NO_ENDPOINT} error={error} onRetry={() => void refetch()} isPage />;
  }
  const { value: target, etag } = data;
  const { kind } = target;
  const tabs = TABS.filter(([name]) => {
    if (name === 'secrets') return may('manage') && takes(kind, 'signature');
    return name !== 'challenge' || takes(kind, 'challengeRequired');
  });
  return (
    <>
      <EndpointHead target={target} isLimited={targetIds !== undefined} />
      <PageTabs label="About the endpoint" tabs={tabs}>
        {(tab) => {
          switch (tab) {
            case 'activity':
              return <Activity target={target} />;
            case 'settings':
              return <Settings target={target} etag={etag} />;
            case 'secrets':
              return <Secrets target={target} />;
            case 'challenge':
              return <Challenge target={target} />;
            case 'recover':
              return <Recover target={target} />;
          }
        }}
      </PageTabs>
    </>
  );
}
