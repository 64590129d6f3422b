import * as z from 'zod';
import { listAnswer, listQuery } from './lists.ts';
import { route } from './route.ts';
import { pageOf } from './schemas.ts';
import { disabled, rowHealth, stateFilter } from './target-schemas.ts';

const troubledTarget = z
  .object({
    tenant: z.object({ id: z.string(), name: z.string().optional() }),
    target: z.object({
      id: z.string(),
      name: z.string().optional(),
      url: z.string().meta({ description: 'Without the text of its query, which may hold a key.' }),
    }),
    disabled: disabled.optional(),
    health: rowHealth,
  })
  .meta({ id: 'TroubledTarget' });

const example = {
  tenant: { id: 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QX', name: 'Acme Ltd' },
  target: { id: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX', name: 'Orders', url: 'https://example.com/hook' },
  health: {
    state: 'failing',
    troubledSince: '2026-11-21T11:52:07.000Z',
    attempts: 41,
    attemptSuccessRate: 0.6341,
    waiting: 15,
    failingSince: '2026-11-21T11:52:07.000Z',
    lastFailure: { at: '2026-11-21T11:59:10.000Z', statusCode: 503 },
  },
} as const;

/** What an operator asks of all tenants' targets. */
export const troubledTargetRoutes = {
  listTroubledTargets: route({
    function: 'manage',
    tag: 'Environment',
    method: 'GET',
    path: '/v1/environment/targets',
    scope: 'admin',
    summary: 'List targets in trouble, of all tenants',
    description:
      'In the order of tenants and their targets. A page may have fewer rows than `limit`, and a next one.',
    query: listQuery('oldest', {
      state: stateFilter.optional().meta({ description: '`troubled` when left out.' }),
      tenantId: z.string().max(64).optional().meta({ description: 'Those of this tenant.' }),
    }),
    answers: listAnswer('A page of targets.', pageOf(troubledTarget), example),
  }),
};
