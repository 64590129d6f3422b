import Add from '@mui/icons-material/Add';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { useList } from '../../list/use-list.ts';
import { ShortId } from '../../parts/copy.tsx';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { Time } from '../../parts/time.tsx';
import { KeyActions } from './key-actions.tsx';
import { NewKey } from './new-key.tsx';
import { type Shown, ShowOnce } from './show-once.tsx';

type Key = Row<'/v1/keys'>;

/** What programs call the API with. */
export function KeysTab() {
  const list = useList('/v1/keys', { order: 'newest' });
  const [isMaking, setMaking] = useState(false);
  const [shown, setShown] = useState<Shown>();
  return (
    <>
      <Typography color="textSecondary" sx={{ mb: 1, maxWidth: 720 }}>
        Programs call the API with a key. A key is shown once, when it is made. One that is revoked stops
        working within a minute.
      </Typography>
      <DataList
        name="keys"
        label="Keys"
        list={list}
        columns={columnsWith(setShown)}
        idOf={idOf}
        tools={
          <Button variant="contained" startIcon={<Add />} onClick={() => setMaking(true)}>
            Create a key
          </Button>
        }
        empty={
          <Empty
            text="There is no key yet but the one made at deployment. Give each program its own."
            line={curlLine('POST', '/v1/keys', { name: 'checkout', scopes: ['publish'] })}
          />
        }
      />
      {isMaking && <NewKey onMade={setShown} onClose={() => setMaking(false)} />}
      {shown && <ShowOnce {...shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

const idOf = ({ id }: Key): string => id;

const columnsWith = (onShown: (shown: Shown) => void): readonly Column<Key>[] => [
  {
    id: 'name',
    header: 'Name',
    width: '2fr',
    onPhone: true,
    cell: ({ name }) => <Foreign text={name} />,
    sortBy: ({ name }) => name,
  },
  { id: 'scopes', header: 'May', cell: ({ scopes }) => scopes.join(', ') },
  { id: 'prefix', header: 'Begins with', cell: ({ prefix }) => <ShortId id={prefix} what="how it begins" /> },
  {
    id: 'used',
    header: 'Last used',
    cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'never'),
  },
  { id: 'ends', header: 'Ends', cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : 'never') },
  { id: 'created', header: 'Created', isHidden: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: 'actions',
    header: 'Actions',
    width: '160px',
    align: 'right',
    onPhone: true,
    cell: (key) => <KeyActions of={key} onShown={onShown} />,
  },
];
