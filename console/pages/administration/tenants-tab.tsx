import Add from '@mui/icons-material/Add';
import Button from '@mui/material/Button';
import { useState } from 'react';
import type { Row } from '../../api/types.ts';
import type { Column } from '../../list/columns.ts';
import { DataList } from '../../list/data-list.tsx';
import { useList } from '../../list/use-list.ts';
import { curlLine, Empty } from '../../parts/empty.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { countText, shareText } from '../../parts/numbers.ts';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { NewTenant } from './new-tenant.tsx';
import { TenantPanel } from './tenant-panel.tsx';

type Tenant = Row<'/v1/tenants'>;

export function TenantsTab() {
  const list = useList('/v1/tenants', { include: 'health', order: 'newest' });
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <DataList
        name="tenants"
        label="Tenants"
        list={list}
        columns={COLUMNS}
        idOf={idOf}
        panel={(id) => <TenantPanel id={id} />}
        tools={
          <Button variant="contained" startIcon={<Add />} onClick={() => setMaking(true)}>
            Create a tenant
          </Button>
        }
        empty={
          <Empty text="There is no tenant." line={curlLine('POST', '/v1/tenants', { name: 'Acme Ltd' })} />
        }
      />
      {isMaking && <NewTenant onClose={() => setMaking(false)} />}
    </>
  );
}

const idOf = ({ id }: Tenant): string => id;

const COLUMNS: readonly Column<Tenant>[] = [
  {
    id: 'name',
    header: 'Name',
    width: '2fr',
    onPhone: true,
    cell: ({ name }) => <Foreign text={name} />,
    sortBy: ({ name }) => name,
  },
  {
    id: 'deliveries',
    header: 'Deliveries, last hour',
    width: '180px',
    align: 'right',
    cell: ({ health }) => (health ? countText(health.deliveries) : '–'),
    sortBy: ({ health }) => health?.deliveries ?? 0,
  },
  {
    id: 'success',
    header: 'Successful attempts',
    align: 'right',
    cell: ({ health }) => (health?.attemptSuccessRate == null ? '–' : shareText(health.attemptSuccessRate)),
  },
  {
    id: 'troubled',
    header: 'Endpoints in trouble',
    align: 'right',
    onPhone: true,
    cell: ({ health }) => (health ? countText(troubledOf(health.troubled)) : '–'),
    sortBy: ({ health }) => (health ? troubledOf(health.troubled) : 0),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ deletedAt }) =>
      deletedAt ? (
        <Status kind="use" of="disabled" label="Being erased" />
      ) : (
        <Status kind="use" of="active" label="In use" />
      ),
  },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
];

const troubledOf = ({ isCut: _, ...counts }: NonNullable<Tenant['health']>['troubled']): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
