import type { Schemas } from '../../client/index.ts';
import { field, ID, MADE, NAME, percent, time } from '../output/columns.ts';
import type { Row } from '../routes/row.ts';

const RECORD = [
  ID,
  NAME,
  field('contact'),
  field('schema check', 'schemaCheck'),
  field('log kept for', ({ logRetentionHours: hours }: Schemas['Tenant']) => hours && `${hours} h`),
  field('limits'),
  field('metadata'),
  ...MADE,
  time('deleted', 'deletedAt'),
];

const ID_ARG = 'ten_01JC';

export const tenantRows: readonly Row[] = [
  {
    words: 'tenants list',
    operation: 'listTenants',
    examples: [
      'posthorn tenants list',
      ['posthorn tenants list --include health', 'with the last days’ figures'],
    ],
    columns: [
      ID,
      NAME,
      field('contact'),
      field('schema check', 'schemaCheck'),
      percent('success', 'health.successRate'),
      time('created', 'createdAt'),
      time('deleted', 'deletedAt'),
    ],
    empty: 'There is no tenant yet. `posthorn tenants create --name Acme` makes one.',
  },
  {
    words: 'tenants get',
    operation: 'getTenant',
    examples: [`posthorn tenants get ${ID_ARG}`],
    columns: RECORD,
  },
  {
    words: 'tenants create',
    operation: 'createTenant',
    examples: ['posthorn tenants create --name Acme --contact ops@acme.example'],
    columns: RECORD,
    note: ({ id }: Schemas['Tenant']) =>
      `\`posthorn keys create --tenant-id ${id} --name … --scopes publish\` makes a key of it.`,
  },
  {
    words: 'tenants update',
    operation: 'patchTenant',
    summary: 'Change some fields of a tenant.',
    description: 'What is not given stays as it is. --set contact=null takes a field away.',
    examples: [`posthorn tenants update ${ID_ARG} --set limits.targets=500`],
    columns: RECORD,
  },
  {
    words: 'tenants delete',
    operation: 'deleteTenant',
    description:
      'Its keys end at once. Its targets, filters, subscriptions and events are erased soon after.',
    examples: [`posthorn tenants delete ${ID_ARG} --yes`],
    asks: ({ id }) => `Delete the tenant ${id} with all of its data?`,
    columns: RECORD,
  },
  {
    words: 'tenant get',
    operation: 'getOwnTenant',
    summary: 'Read the tenant of the key.',
    examples: ['posthorn tenant get'],
    columns: RECORD,
  },
  {
    words: 'tenant update',
    operation: 'patchOwnTenant',
    summary: 'Change some fields of the tenant of the key.',
    description: 'What is not given stays as it is. --set contact=null takes a field away.',
    examples: [['posthorn tenant update --schema-check warn', 'check payloads against their schemas']],
    columns: RECORD,
  },
];
