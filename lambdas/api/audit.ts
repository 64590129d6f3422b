import * as z from 'zod';
import { AUDIT_ACTIONS } from '../audit/audit-entry.ts';
import { listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { pageOf, tenantId, time } from './schemas.ts';

/** Who changed what. */

const value = z.unknown().optional();

/** An entity, and what a call did to it. */
export const changedEntity = z.object({
  kind: z.string().meta({ description: 'As paths name it, in the singular: `target`, `event-type`.' }),
  id: z.string(),
  action: z.enum(AUDIT_ACTIONS).optional().meta({
    description: 'What the call did to it. Left out where the call did not change it.',
  }),
  fields: z
    .array(
      z.object({
        field: z.string(),
        before: value.meta({ description: 'Left out where the field was not there.' }),
        after: value.meta({ description: 'Left out where the field is not there any more.' }),
        cut: z.literal(true).optional().meta({
          description:
            'There when a value is too long to be kept: it is the beginning of its JSON text, or left out.',
        }),
      }),
    )
    .optional()
    .meta({
      description:
        'Fields that have changed. Of secrets, of headers and of the queries of URLs it says that they have, never their values.',
    }),
});

const entry = z
  .object({
    id: z.string(),
    at: time,
    tenantId: z.string().meta({ description: 'Whose entities the call was about.' }),
    operation: z.string().meta({ description: 'The `operationId` of the call in the OpenAPI document.' }),
    credential: z.string().meta({
      description:
        'The id of a key, `first` for the key made at deployment, `ptk_…` of a portal token, `portal` for one of a release that stored none, or `usr_…` for a user who has signed in at an issuer.',
    }),
    credentialName: z
      .string()
      .optional()
      .meta({ description: 'What the key was called then, or who the user was.' }),
    sessionId: z
      .string()
      .optional()
      .meta({ description: 'The session that stood for the credential, where one did: a browser was used.' }),
    address: z.string().optional().meta({ description: 'The IP address that the request came from.' }),
    userAgent: z.string().optional().meta({ description: 'As the client has it, up to 256 characters.' }),
    requestId: z.string().optional().meta({ description: 'As the API’s access log has it.' }),
    brokenOff: z.literal(true).optional().meta({
      description: 'There when the call failed in between. What it lists may be in place in part.',
    }),
    entities: z.array(changedEntity),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryView = z.input<typeof entry>;

const example = {
  id: 'aud_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  at: '2026-11-21T12:00:00.000Z',
  tenantId: 'ten_00000000000000000000000000',
  operation: 'patchTarget',
  credential: 'key_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  credentialName: 'back office',
  address: '203.0.113.7',
  userAgent: 'curl/8.16.0',
  requestId: 'ZP7pbhGNIAMEJQA=',
  entities: [
    {
      kind: 'target',
      id: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ',
      action: 'changed' as const,
      fields: [
        { field: 'timeoutSeconds', before: 15, after: 5 },
        { field: 'headers.Authorization', before: '[hidden]', after: '[hidden]' },
      ],
    },
  ],
};

const entityId = z.string().min(1).max(256).optional();

const filters = {
  credential: z.string().max(64).optional().meta({ description: 'Calls with this credential.' }),
  operation: z.string().max(64).optional().meta({ description: 'Calls of this operation.' }),
  from: time.optional().meta({ description: 'Made at or after this time.' }),
  to: time.optional().meta({ description: 'Made before this time.' }),
};

const base = { function: 'manage', method: 'GET', tag: 'Audit', keysOnly: true } as const;

const answers = listAnswer('A page of entries.', pageOf(entry), example);

const BOUNDED =
  'A page can hold fewer entries than its limit, or none, and still have a next one: each request reads a bounded number.';

export const auditRoutes = {
  listAudit: route({
    ...base,
    path: '/v1/audit',
    scope: 'manage',
    summary: 'List who changed what',
    description: `Each call that has changed something of the tenant, or has shown a secret, by whomever: administrators’ calls as well. Calls that were refused are not listed. Portal tokens don’t see it. ${BOUNDED}`,
    query: listQuery('newest', {
      ...filters,
      entityId: entityId.meta({
        description: 'Calls about this target, filter, key or the like, by its id.',
      }),
    }),
    answers,
  }),
  listEnvironmentAudit: route({
    ...base,
    path: '/v1/environment/audit',
    scope: 'admin',
    summary: 'List what administrators changed',
    description: `Calls that took the scope \`admin\`, of all tenants. With \`tenantId\`, all calls that have changed something of this tenant. When a tenant is erased, its trail goes as well; of administrators’ calls on it stays who did what when, without the fields. ${BOUNDED}`,
    query: listQuery('newest', {
      ...filters,
      tenantId: tenantId.optional().meta({ description: 'Calls on this tenant.' }),
      entityId: entityId.meta({
        description:
          'Calls about this target, filter, key or the like, by its id: of the tenant in `tenantId`.',
      }),
    }),
    answers,
  }),
};
