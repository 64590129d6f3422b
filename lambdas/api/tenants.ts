import * as z from 'zod';
import { MAX_PAYLOAD_BYTES } from '../events/payload.ts';
import { SCHEMA_CHECKS } from '../tenants/tenant.ts';
import { DEFAULT_LIMITS } from '../tenants/tenant-defaults.ts';
import { includeHealth, listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { metadata, name, pageOf, patchOf, time, times } from './schemas.ts';

/** The most of one kind that fit into a partition, and into fanout's memory, with a margin. */
const MOST = 100_000;

/** Each new portal token counts the valid ones: 4 MB of them take four queries. */
const MOST_PORTAL_TOKENS = 10_000;

/** Each alert rule is judged every five minutes. */
const MOST_ALERT_RULES = 1000;

const count = (usual: number, most = MOST) =>
  z
    .int()
    .min(0)
    .max(most)
    .optional()
    .meta({ description: `${usual} when left out.` });

const limits = z
  .strictObject({
    targets: count(DEFAULT_LIMITS.targets),
    filters: count(DEFAULT_LIMITS.filters),
    subscriptions: count(DEFAULT_LIMITS.subscriptions),
    eventTypes: count(DEFAULT_LIMITS.eventTypes),
    keys: count(DEFAULT_LIMITS.keys),
    portalTokens: count(DEFAULT_LIMITS.portalTokens, MOST_PORTAL_TOKENS),
    alertRules: count(DEFAULT_LIMITS.alertRules, MOST_ALERT_RULES),
    payloadBytes: z
      .int()
      .min(1)
      .max(MAX_PAYLOAD_BYTES)
      .optional()
      .meta({ description: `The largest payload taken; ${MAX_PAYLOAD_BYTES} when left out.` }),
  })
  .meta({ description: 'How much the tenant may have. What it has already stays.' });

/** What a tenant decides for itself. */
const own = {
  name,
  contact: z
    .email('expected an email address')
    .max(254)
    .optional()
    .meta({ description: 'An address for notices about this tenant.' }),
  schemaCheck: z.enum(SCHEMA_CHECKS).optional().meta({
    description: 'What happens to a payload that does not fit its event type’s schema; `off` when left out.',
  }),
  metadata: metadata.optional(),
};

/** What the operator decides for it. */
const agreed = {
  limits: limits.optional(),
  logRetentionHours: z
    .int()
    .min(48, 'expected at least 48: retries go on for a day')
    .max(24 * 365)
    .optional()
    .meta({
      description:
        'How long events and deliveries can be looked up. The environment sets the default and the maximum.',
    }),
};

/** What a tenant may change of itself. */
export const ownSettings = z.strictObject(own);
export const tenantSettings = z.strictObject({ ...own, ...agreed }).meta({ id: 'NewTenant' });
export type TenantSettings = z.infer<typeof tenantSettings>;

const troubledCount = z.int();

/** What an operator asks first of a tenant. */
const tenantHealth = z
  .object({
    since: time.meta({ description: 'Since when deliveries are counted here: about an hour.' }),
    deliveries: z.int(),
    delivered: z.int(),
    dead: z.int(),
    successRate: z.number().nullable().meta({ description: 'Of those that are delivered or dead.' }),
    attempts: z.int(),
    attemptSuccessRate: z.number().nullable(),
    troubled: z
      .object({
        disabled: troubledCount.meta({ description: 'By Posthorn.' }),
        unverified: troubledCount,
        open: troubledCount,
        paused: troubledCount,
        failing: troubledCount,
        slow: troubledCount,
        isCut: z.boolean().meta({
          description: 'There are more. Of all tenants of the page, a thousand of each kind are counted.',
        }),
      })
      .meta({ description: 'Targets in trouble, by their state.' }),
  })
  .meta({ id: 'TenantHealth' });
export type TenantHealth = z.input<typeof tenantHealth>;

const tenant = z
  .object({
    id: z.string(),
    ...own,
    schemaCheck: z.enum(SCHEMA_CHECKS),
    limits: limits.required(),
    logRetentionHours: agreed.logRetentionHours,
    ...times,
    deletedAt: time
      .optional()
      .meta({ description: 'Set when its deletion has begun: nothing of it can be used any more.' }),
    health: tenantHealth.optional().meta({ description: 'In lists, with `include=health`.' }),
  })
  .meta({ id: 'Tenant' });
export type TenantView = z.input<typeof tenant>;

const example = {
  name: 'Acme Ltd',
  contact: 'ops@acme.example',
  limits: { subscriptions: 500 },
  logRetentionHours: 120,
};

const shownExample = {
  id: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ...example,
  limits: { ...DEFAULT_LIMITS, ...example.limits },
  schemaCheck: 'off',
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
} as const;

const base = { function: 'manage', tag: 'Tenants' } as const;
const one = { 200: { description: 'The tenant.', schema: tenant, example: shownExample } } as const;

export const tenantRoutes = {
  createTenant: route({
    ...base,
    method: 'POST',
    path: '/v1/tenants',
    scope: 'admin',
    summary: 'Create a tenant',
    description: 'A customer whose data is kept apart. It can be used once it has a key.',
    body: { schema: tenantSettings, example },
    answers: { 201: { description: 'Created.', schema: tenant, example: shownExample } },
  }),
  listTenants: route({
    ...base,
    method: 'GET',
    path: '/v1/tenants',
    scope: 'admin',
    summary: 'List tenants',
    description:
      'With `include=health`, each row says what was delivered in the last hour, and how many targets are in trouble: a query for each row, and 24 for the page.',
    query: listQuery('oldest', { include: includeHealth }),
    answers: listAnswer('A page of tenants.', pageOf(tenant)),
  }),
  getTenant: route({
    ...base,
    method: 'GET',
    path: '/v1/tenants/{id}',
    scope: 'admin',
    summary: 'Read a tenant',
    answers: one,
  }),
  patchTenant: route({
    ...base,
    method: 'PATCH',
    path: '/v1/tenants/{id}',
    scope: 'admin',
    summary: 'Change a tenant',
    description: 'A merge patch (RFC 7396): members left out stay, null restores the default.',
    body: {
      schema: patchOf(tenantSettings),
      example: { limits: { subscriptions: 1000 }, logRetentionHours: null },
    },
    answers: one,
  }),
  deleteTenant: route({
    ...base,
    method: 'DELETE',
    path: '/v1/tenants/{id}',
    scope: 'admin',
    summary: 'Delete a tenant',
    description:
      'Its keys stop working within a minute and nothing more is sent. All its data is erased in the background: at once, and again a day later, after the last retry, when the tenant itself goes.',
    answers: {
      202: {
        description: 'Its deletion has begun.',
        schema: tenant,
        example: { ...shownExample, deletedAt: '2026-11-22T12:00:00.000Z' },
      },
    },
  }),
  getOwnTenant: route({
    ...base,
    method: 'GET',
    path: '/v1/tenant',
    scope: 'read',
    summary: 'Read the own tenant',
    answers: one,
  }),
  patchOwnTenant: route({
    ...base,
    method: 'PATCH',
    path: '/v1/tenant',
    scope: 'manage',
    keysOnly: true,
    summary: 'Change the own tenant',
    description: 'A merge patch (RFC 7396) of what a tenant decides for itself.',
    body: { schema: patchOf(ownSettings), example: { schemaCheck: 'warn' } },
    answers: one,
  }),
};
