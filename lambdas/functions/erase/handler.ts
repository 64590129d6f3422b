import type { Context } from 'aws-lambda';
import { eraseConfig } from '../../erasure/erase-config.ts';
import { eraseDeliveries, eraseEvents } from '../../erasure/erase-log.ts';
import { erasePayloads } from '../../erasure/erase-payloads.ts';
import { type Erasure, erasureStep } from '../../erasure/erasure.ts';
import { endErasure, listErasures, noteSwept } from '../../erasure/erasure-store.ts';
import { requireEnv } from '../../platform/env.ts';
import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import { removeTenant } from '../../tenants/tenant-store.ts';

const tables = {
  config: requireEnv('CONFIG_TABLE'),
  log: requireEnv('LOG_TABLE'),
  state: requireEnv('STATE_TABLE'),
};
const bucket = requireEnv('PAYLOAD_BUCKET');

/** Time kept back for finishing a page; what is left waits for the next run. */
const RESERVE_MS = 15_000;

/**
 * Erases tenants whose deletion has begun. A run that is out of time just stops: what is deleted is gone, so the next
 * one goes on where it was.
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const hasTime = (): boolean => context.getRemainingTimeInMillis() > RESERVE_MS;
  const failed: string[] = [];
  for (const erasure of await listErasures(tables.state)) {
    try {
      await goOnWith(erasure, hasTime);
    } catch (error) {
      // Another tenant must not wait for this one.
      warn('erasing failed', { tenant: erasure.tenant, ...errorFields(error) });
      failed.push(erasure.tenant);
    }
    if (!hasTime()) break;
  }
  if (failed.length > 0) throw new Error(`not erased: ${failed.join(', ')}`);
}

async function goOnWith(erasure: Erasure, hasTime: () => boolean): Promise<void> {
  const step = erasureStep(erasure, Date.now());
  if (step === 'wait' || !(await sweep(erasure.tenant, step === 'finish', hasTime))) return;
  if (step === 'finish') await finish(erasure.tenant);
  else await noteSwept(tables.state, erasure.tenant, new Date().toISOString());
}

/** Deletes what there is of a tenant. @returns whether nothing is left */
async function sweep(tenant: string, isLast: boolean, hasTime: () => boolean): Promise<boolean> {
  let erased = 0;
  try {
    for await (const count of eraseAll(tenant, isLast)) {
      erased += count;
      if (!hasTime()) return false;
    }
    return true;
  } finally {
    emitMetrics({ Erased: erased });
  }
}

/**
 * The configuration first, so that nothing more is sent and matched; then what has come of it. Each yield is a moment
 * to stop at, and all that was done before it is done for good.
 */
async function* eraseAll(tenant: string, isLast: boolean): AsyncGenerator<number> {
  yield* eraseConfig(tables, tenant);
  yield* eraseEvents(tables, tenant);
  yield* eraseDeliveries(tables, tenant, isLast);
  yield* erasePayloads(bucket, tenant);
}

/** The erasure's own item goes last: as long as it is there, a run that broke off here is made up for. */
async function finish(tenant: string): Promise<void> {
  await removeTenant(tables.config, tenant);
  await endErasure(tables.state, tenant);
}
