import type { Context } from 'aws-lambda';
import { type EraseDeps, eraseTenants } from '../../erasure/erase-tenants.ts';
import {
  endErasure,
  leadsToFollow,
  listErasures,
  noteLeads,
  noteSwept,
  settleLead,
} from '../../erasure/erasure-store.ts';
import { deleteItems, pagesOf } from '../../erasure/item-pages-store.ts';
import { erasePayloads } from '../../erasure/payload-erasure-store.ts';
import { removeHoldQueue } from '../../hold-queue/hold-queue-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv } from '../../platform/env.ts';
import { removeTenant } from '../../tenants/tenant-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');

const deps: Omit<EraseDeps, 'remainingMs'> = {
  now: Date.now,
  config: bind({ pagesOf, deleteItems }, configTable),
  log: bind({ pagesOf, deleteItems }, requireEnv('LOG_TABLE')),
  state: bind({ pagesOf, deleteItems }, stateTable),
  tenants: bind({ removeTenant }, configTable),
  erasures: bind({ listErasures, noteSwept, endErasure }, stateTable),
  leads: bind({ noteLeads, leadsToFollow, settleLead }, stateTable),
  holdQueues: bind({ removeHoldQueue }, stateTable),
  payloads: bind({ erasePayloads }, requireEnv('PAYLOAD_BUCKET')),
};

/** Erases tenants whose deletion has begun. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  eraseTenants({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() });
