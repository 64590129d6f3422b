import LinearProgress from '@mui/material/LinearProgress';
import { useParams } from 'react-router';
import { ApiProblem } from '../../api/problem.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Activity } from './activity/activity.tsx';
import { Challenge } from './challenge.tsx';
import { EndpointHead } from './endpoint-head.tsx';
import { EndpointTabs, type TabName, tabsFor } from './endpoint-tabs.tsx';
import { Recover } from './recover/recover.tsx';
import { Secrets } from './secrets/secrets.tsx';
import { Settings } from './settings/settings.tsx';
import { useEndpoint, useRefreshOf } from './use-endpoint.ts';

export function Page() {
  const { id = '' } = useParams();
  return <Endpoint key={id} id={id} />;
}

function Endpoint({ id }: { readonly id: string }) {
  const { data, error, refetch } = useEndpoint(id);
  const [url, change] = useUrlState();
  const may = useMay();
  const { targetIds } = useSession();
  useRefreshOf(id);
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <>
        <PageHead title="No such endpoint" />
        <Empty
          text="There is no endpoint of this id. It may have been deleted; its deliveries can still be read."
          link={{ to: '/endpoints', label: 'All endpoints' }}
        />
      </>
    );
  }
  if (!data) {
    return error ? (
      <Problem error={error} onRetry={() => void refetch()} />
    ) : (
      <LinearProgress aria-label="Loading the endpoint" />
    );
  }
  const tabs = tabsFor({ mayManage: may('manage') });
  const tab = tabs.find(({ name }) => name === url.get('tab'))?.name ?? 'activity';
  return (
    <>
      <EndpointHead target={data.target} isLimited={targetIds !== undefined} />
      <EndpointTabs
        tabs={tabs}
        shown={tab}
        onShow={(name) => change({ tab: name === 'activity' ? undefined : name }, { push: true })}
      />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        <Shown tab={tab} {...data} />
      </div>
    </>
  );
}

interface ShownProps {
  readonly tab: TabName;
  readonly target: NonNullable<ReturnType<typeof useEndpoint>['data']>['target'];
  readonly revision: string | undefined;
}

function Shown({ tab, target, revision }: ShownProps) {
  switch (tab) {
    case 'activity':
      return <Activity target={target} />;
    case 'settings':
      return <Settings target={target} revision={revision} />;
    case 'secrets':
      return <Secrets target={target} />;
    case 'challenge':
      return <Challenge target={target} />;
    case 'recover':
      return <Recover target={target} />;
  }
}
