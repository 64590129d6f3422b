import type { Context } from 'aws-lambda';
import { raiseVersion } from '../../config/config-store.ts';
import { noteFormer } from '../../delivery/former-bindings-store.ts';
import { forgetHealth } from '../../endpoint-health/health-store.ts';
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
import { type ExpireDeps, expireListeners } from '../../listeners/end-listener.ts';
import { removeParts } from '../../listeners/listener-config-store.ts';
import { listListeners, removeListener } from '../../listeners/listener-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { forgetSlots } from '../../rate-limit/rate-slot-store.ts';
import { removeTenant } from '../../tenants/tenant-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');

const logTable = requireEnv('LOG_TABLE');

const expiry: ExpireDeps = {
  now: Date.now,
  logKeptMs: requireEnvNumber('MAX_LOG_RETENTION_HOURS') * 3_600_000,
  ...bind({ noteFormer }, logTable),
  ...bind({ raiseVersion, removeParts }, configTable),
  ...bind({ forgetHealth, forgetSlots, listListeners, removeListener }, stateTable),
};

const deps: Omit<EraseDeps, 'remainingMs'> = {
  now: Date.now,
  config: bind({ pagesOf, deleteItems }, configTable),
  log: bind({ pagesOf, deleteItems }, logTable),
  state: bind({ pagesOf, deleteItems }, stateTable),
  tenants: bind({ removeTenant }, configTable),
  erasures: bind({ listErasures, noteSwept, endErasure }, stateTable),
  leads: bind({ noteLeads, leadsToFollow, settleLead }, stateTable),
  holdQueues: bind({ removeHoldQueue }, stateTable),
  payloads: bind({ erasePayloads }, requireEnv('PAYLOAD_BUCKET')),
};

/** Removes listeners that are over, and erases tenants whose deletion has begun. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  await expireListeners(expiry);
  await eraseTenants({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() });
}
