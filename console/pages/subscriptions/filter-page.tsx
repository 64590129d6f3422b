import { useParams } from 'react-router';
import { ShortId } from '../../parts/copy.tsx';
import { PageHead } from '../../parts/layout.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Status } from '../../parts/status.tsx';
import { FilterActions } from './filter-actions.tsx';
import { FilterUsers } from './filter-detail.tsx';
import FilterEditor from './filter-editor.tsx';
import { NewFilter } from './new-filter.tsx';
import { OnlyEditors } from './only-editors.tsx';
import { useUsers } from './shared.ts';
import { SharedNote } from './shared-note.tsx';
import { useFilter } from './use-entity.ts';

/** A filter by itself: one to share, or the one of a subscription. */
export function Page() {
  const { id = '' } = useParams();
  return id === 'new' ? (
    <OnlyEditors title="Create filter">
      <NewFilter />
    </OnlyEditors>
  ) : (
    <OneFilter key={id} id={id} />
  );
}

function OneFilter({ id }: { readonly id: string }) {
  const { data, error, refetch } = useFilter(id);
  const users = useUsers(id);
  if (!data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={data.value.name ?? 'Filter'}
        beside={!data.value.active && <Status kind="use" of="off" />}
        below={<ShortId id={id} />}
        actions={<FilterActions read={data} used={users.length} />}
      />
      <FilterEditor read={data}>
        <SharedNote users={users.length > 1 ? users : []} />
      </FilterEditor>
      <FilterUsers users={users} />
    </>
  );
}
