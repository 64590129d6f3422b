import { useSession } from '../../app/session.tsx';
import { DataList } from '../../list/data-list.tsx';
import { useList } from '../../list/use-list.ts';
import { useRefresh } from '../../live/use-refresh.ts';
import { Empty } from '../../parts/empty.tsx';
import type { Job } from '../../parts/job-words.ts';
import { PageHead } from '../../parts/layout.tsx';
import { COLUMNS } from './job-columns.tsx';
import { JobPanel } from './job-panel.tsx';

const idOf = ({ id }: Job): string => id;

export function Page() {
  const { targetIds } = useSession();
  // Jobs are the tenant's: whoever is limited to endpoints sends deliveries again one by one.
  return targetIds === undefined ? <Replays /> : <NoReplays />;
}

function Replays() {
  const list = useList('/v1/replays', {});
  useRefresh(
    ({ replays, changed }) => Boolean(replays?.length || changed?.includes('replays')),
    ['/v1/replays'],
  );
  return (
    <>
      <PageHead
        title="Replays"
        below="Jobs that send deliveries again, try at once what waits, or purge dead letters. They are kept for 30 days."
      />
      <DataList
        name="replays"
        label="Replays"
        list={list}
        columns={COLUMNS}
        idOf={idOf}
        panel={(id) => <JobPanel id={id} />}
        empty={
          <Empty
            text="No job has run yet. What an endpoint missed is sent again from its Recover tab; dead letters from their list."
            link={{ to: '/dead-letters', label: 'Dead letters' }}
          />
        }
      />
    </>
  );
}

function NoReplays() {
  return (
    <>
      <PageHead title="Replays" />
      <Empty
        text="Jobs are run where you found this page. Here you can send each delivery again by itself: open it, and choose Send again."
        link={{ to: '/endpoints', label: 'Your endpoints' }}
      />
    </>
  );
}
