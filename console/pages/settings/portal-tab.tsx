import Add from '@mui/icons-material/Add';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { useList } from '../../list/use-list.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { countOf } from '../../parts/numbers.ts';
import { Time } from '../../parts/time.tsx';
import { NewPortalLink } from './new-portal-link.tsx';
import { type Shown, ShowOnce } from './show-once.tsx';

type PortalToken = Row<'/v1/portal-tokens'>;

/** Links that open the portal for a consumer. */
export function PortalTab() {
  const list = useList('/v1/portal-tokens', {});
  const [isMaking, setMaking] = useState(false);
  const [shown, setShown] = useState<Shown>();
  const [revoked, setRevoked] = useState<PortalToken>();
  return (
    <>
      <Typography color="textSecondary" sx={{ mb: 1, maxWidth: 720 }}>
        A portal link shows a consumer its endpoints, deliveries and event types, for a time. Your own
        application can make one for each visit.
      </Typography>
      <DataList
        name="portal-tokens"
        label="Portal links"
        list={list}
        columns={columnsWith(setRevoked)}
        idOf={idOf}
        tools={
          <Button variant="contained" startIcon={<Add />} onClick={() => setMaking(true)}>
            Create a portal link
          </Button>
        }
        empty={
          <Empty
            text="No portal link is valid now. A program makes one like this:"
            line={curlLine('POST', '/v1/portal-tokens', {
              name: 'Acme Ltd',
              scopes: ['manage'],
              expiresInSeconds: 900,
            })}
          />
        }
      />
      {isMaking && <NewPortalLink onMade={setShown} onClose={() => setMaking(false)} />}
      {shown && <ShowOnce {...shown} onClose={() => setShown(undefined)} />}
      {revoked && (
        <Confirm
          title="Revoke this portal link?"
          action="Revoke"
          isDangerous
          onClose={() => setRevoked(undefined)}
          onConfirm={async () => {
            await api.DELETE('/v1/portal-tokens/{id}', { params: { path: { id: revoked.id } } });
            await refresh('/v1/portal-tokens');
          }}
        >
          Whoever has the link of <Foreign text={revoked.name ?? revoked.id} /> is signed out within a minute.
        </Confirm>
      )}
    </>
  );
}

const idOf = ({ id }: PortalToken): string => id;

const columnsWith = (revoke: (token: PortalToken) => void): readonly Column<PortalToken>[] => [
  {
    id: 'name',
    header: 'For',
    width: '2fr',
    onPhone: true,
    cell: ({ name, id }) => <Foreign text={name ?? id} />,
  },
  { id: 'scopes', header: 'May', cell: ({ scopes }) => scopes.join(', ') },
  {
    id: 'targets',
    header: 'Limited to',
    cell: ({ targetIds }) => (targetIds ? countOf(targetIds.length, 'endpoint') : 'all endpoints'),
  },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'ends', header: 'Ends', onPhone: true, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
  {
    id: 'actions',
    header: 'Actions',
    width: '100px',
    align: 'right',
    cell: (token) => (
      <Button color="error" aria-label={`Revoke ${token.name ?? token.id}`} onClick={() => revoke(token)}>
        Revoke
      </Button>
    ),
  },
];
