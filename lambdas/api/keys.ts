import * as z from 'zod';
import { OVERLAP_HOURS } from '../access/api-key.ts';
import { SCOPES } from '../access/scopes.ts';
import { listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { name, pageOf, patchOf, time, times } from './schemas.ts';

const scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .refine((all) => new Set(all).size === all.length, 'expected each scope once')
  .meta({
    uniqueItems: true,
    description:
      'What the key may do. `admin` includes all the others, `manage` includes `read`. A key can grant only the scopes it has.',
  });

const expiresAt = time.meta({ description: 'When the key stops working; never when left out.' });

/** Whose keys: only an administrator names another tenant than its own. */
const tenantId = z
  .string()
  .max(64)
  .optional()
  .meta({ description: 'The tenant that it belongs to, for administrators; the caller’s when left out.' });

const newKey = z
  .strictObject({ name, scopes, expiresAt: expiresAt.optional(), tenantId })
  .meta({ id: 'NewKey' });

/** What can be changed of a key. What it is good for can't: that is another key. */
export const keySettings = z.strictObject({ name, expiresAt: expiresAt.optional() });

const key = z
  .object({
    id: z.string(),
    prefix: z.string().meta({ description: 'How the key begins, to recognise it by.' }),
    name,
    scopes,
    tenantId: z.string(),
    ...times,
    expiresAt: expiresAt.optional(),
    lastUsedAt: time.optional().meta({ description: 'To the hour.' }),
  })
  .meta({ id: 'Key' });
export type KeyView = z.input<typeof key>;

/** The key itself is optional because a repeated request with the same Idempotency-Key does not show it again. */
const shownOnce = key
  .extend({ key: z.string().optional().meta({ description: 'The key itself. It is shown this once.' }) })
  .meta({ id: 'CreatedKey' });

const example = { name: 'checkout, production', scopes: ['publish'] as ['publish'] };
const id = 'key_01KAK2V5E4V2N9CR0Q6WV7Z1QX';

const shownExample = {
  id,
  prefix: 'phk_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ...example,
  tenantId: 'ten_00000000000000000000000000',
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
};

const createdExample = {
  ...shownExample,
  key: `phk_01KAK2V5E4V2N9CR0Q6WV7Z1QX_00000000000000000000000000_${'…'}`,
};

const base = { function: 'manage', tag: 'Keys', scope: 'manage', keysOnly: true } as const;
const one = { 200: { description: 'The key.', schema: key, example: shownExample } } as const;
const ofTenant = z.strictObject({ tenantId });

export const keyRoutes = {
  createKey: route({
    ...base,
    method: 'POST',
    path: '/v1/keys',
    summary: 'Create a key',
    description: 'The answer shows the key, this once; it is stored as a hash.',
    body: { schema: newKey, example },
    answers: { 201: { description: 'Created.', schema: shownOnce, example: createdExample } },
  }),
  listKeys: route({
    ...base,
    method: 'GET',
    path: '/v1/keys',
    summary: 'List keys',
    query: listQuery('oldest', { tenantId }),
    answers: listAnswer('A page of keys.', pageOf(key)),
  }),
  getKey: route({
    ...base,
    method: 'GET',
    path: '/v1/keys/{id}',
    summary: 'Read a key',
    query: ofTenant,
    answers: one,
  }),
  patchKey: route({
    ...base,
    method: 'PATCH',
    path: '/v1/keys/{id}',
    summary: 'Change a key’s name or end',
    query: ofTenant,
    body: { schema: patchOf(keySettings), example: { expiresAt: '2027-01-01T00:00:00Z' } },
    answers: one,
  }),
  rotateKey: route({
    ...base,
    method: 'POST',
    path: '/v1/keys/{id}/rotate',
    summary: 'Replace a key by a new one',
    description:
      'The new key has the same id. The one before works until the overlap is over, one that was replaced earlier stops working within a minute.',
    query: ofTenant,
    body: {
      schema: z.strictObject({
        overlapHours: z
          .int()
          .min(0)
          .max(OVERLAP_HOURS.max)
          .optional()
          .meta({
            description: `How long the previous key keeps working; ${OVERLAP_HOURS.default} when left out.`,
          }),
      }),
      optional: true,
      example: { overlapHours: 48 },
    },
    answers: { 200: { description: 'Replaced.', schema: shownOnce, example: createdExample } },
  }),
  deleteKey: route({
    ...base,
    method: 'DELETE',
    path: '/v1/keys/{id}',
    summary: 'Revoke a key',
    description: 'It stops working within a minute.',
    query: ofTenant,
    answers: { 204: { description: 'Revoked.' } },
  }),
};
