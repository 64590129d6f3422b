import type { Schemas } from '../../client/index.ts';
import { field, time } from '../output/columns.ts';
import type { Column } from '../output/value.ts';
import type { Row } from '../routes/row.ts';

type Entry = Schemas['AuditEntry'];

const COLUMNS: readonly Column[] = [
  time('at', 'at'),
  field('operation'),
  field('who', ({ credential, credentialName }: Entry) => credentialName ?? credential),
  field('what', ({ entities }: Entry) =>
    entities.map(({ id, action }) => [action, id].filter(Boolean).join(' ')).join(', '),
  ),
  field('fields', ({ entities }: Entry) =>
    [...new Set(entities.flatMap(({ fields = [] }) => fields.map((one) => one.field)))].join(', '),
  ),
  field('from', 'address'),
];

const EMPTY = 'Nothing was changed within this time. `--from` asks for another.';

export const auditRows: readonly Row[] = [
  {
    words: 'audit list',
    operation: 'listAudit',
    examples: [
      'posthorn audit list --from 7d',
      ['posthorn audit list --entity-id tgt_01JC --json', 'what was done to one, with what it was before'],
    ],
    columns: COLUMNS,
    empty: EMPTY,
  },
  {
    words: 'environment audit',
    operation: 'listEnvironmentAudit',
    examples: ['posthorn environment audit --from 1d'],
    columns: [...COLUMNS, field('tenant', 'tenantId')],
    empty: EMPTY,
  },
];
