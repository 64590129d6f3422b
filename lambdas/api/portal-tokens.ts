import * as z from 'zod';
import { MAX_PORTAL_TARGETS, PORTAL_SCOPES, PORTAL_SECONDS } from '../access/portal-token.ts';
import { listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { name, pageOf, time } from './schemas.ts';

const scopes = z.array(z.enum(PORTAL_SCOPES)).min(1).max(PORTAL_SCOPES.length);

const targetIds = z
  .array(z.string().max(64))
  .min(1)
  .max(MAX_PORTAL_TARGETS)
  .refine((all) => new Set(all).size === all.length, 'expected each target once')
  .meta({
    uniqueItems: true,
    description: 'The targets that the token is limited to, by their ids; all of the tenant when left out.',
  });

const consumer = name.meta({ description: 'Whom it is for, to recognise it by.' });

const newPortalToken = z
  .strictObject({
    scopes: scopes.optional().meta({ description: '`read` alone when left out.' }),
    expiresInSeconds: z
      .int()
      .min(PORTAL_SECONDS.min)
      .max(PORTAL_SECONDS.max)
      .optional()
      .meta({ description: `${PORTAL_SECONDS.default} when left out.` }),
    targetIds: targetIds.optional(),
    name: consumer.optional(),
  })
  .meta({ id: 'NewPortalToken' });

const portalToken = z
  .object({
    id: z.string(),
    name: consumer.optional(),
    scopes,
    targetIds: targetIds.optional(),
    madeBy: z.string().meta({
      description: 'The key that it was made with, by its id, or `first` for the key made at deployment.',
    }),
    createdAt: time,
    expiresAt: time,
  })
  .meta({ id: 'PortalToken' });
export type PortalTokenView = z.input<typeof portalToken>;

/** The token is optional because a repeated request with the same Idempotency-Key does not show it again. */
const shownOnce = portalToken
  .extend({ token: z.string().optional().meta({ description: 'The token itself. It is shown this once.' }) })
  .meta({ id: 'CreatedPortalToken' });

const shownExample = {
  id: 'ptk_01KAK3XN9GV2N9CR0Q6WV7Z1QX',
  name: 'Acme Ltd, Jane',
  scopes: ['manage'] as ['manage'],
  targetIds: ['tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX'],
  madeBy: 'key_01KAK2V5E4V2N9CR0Q6WV7Z1QY',
  createdAt: '2026-11-21T12:00:00.000Z',
  expiresAt: '2026-11-21T12:15:00.000Z',
};

const base = { function: 'manage', tag: 'Keys', scope: 'manage', keysOnly: true } as const;

export const portalTokenRoutes = {
  createPortalToken: route({
    ...base,
    method: 'POST',
    path: '/v1/portal-tokens',
    summary: 'Create a portal token',
    description: [
      'A short-lived token of the own tenant for a consumer’s browser, used like a key. It handles no keys and no tokens, and changes neither the tenant’s settings nor its event types.',
      'With `targetIds` it sees and changes these targets alone, with their subscriptions, deliveries and events. It creates and deletes nothing, and leaves filters as they are.',
      'It ends at its time, when it is revoked, or with the key that it was made with.',
    ].join('\n\n'),
    body: {
      schema: newPortalToken,
      optional: true,
      example: { scopes: ['manage'], expiresInSeconds: 900, name: shownExample.name },
    },
    answers: {
      201: {
        description: 'Created.',
        schema: shownOnce,
        example: { ...shownExample, token: 'eyJ…' },
      },
    },
  }),
  listPortalTokens: route({
    ...base,
    method: 'GET',
    path: '/v1/portal-tokens',
    summary: 'List portal tokens',
    description:
      'Those that are valid. Tokens of a release that stored none are missing; they end within a day.',
    query: listQuery('oldest'),
    answers: listAnswer(
      'A page of portal tokens, by their ends: the one that ends first before the others.',
      pageOf(portalToken),
      shownExample,
    ),
  }),
  getPortalToken: route({
    ...base,
    method: 'GET',
    path: '/v1/portal-tokens/{id}',
    summary: 'Read a portal token',
    answers: {
      200: { description: 'The token, if it is valid.', schema: portalToken, example: shownExample },
    },
  }),
  deletePortalToken: route({
    ...base,
    method: 'DELETE',
    path: '/v1/portal-tokens/{id}',
    summary: 'Revoke a portal token',
    description: 'It stops working within a minute.',
    answers: { 204: { description: 'Revoked.' } },
  }),
};
