import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { type EraseConfigDeps, eraseConfig } from './erase-config.ts';
import { type EraseLogDeps, eraseAudit, eraseDeliveries, eraseEvents, eraseMarks } from './erase-log.ts';
import { type Erasure, erasureStep } from './erasure.ts';

/** Time kept back for finishing a page; what is left waits for the next run. */
const RESERVE_MS = 15_000;

export type EraseDeps = EraseConfigDeps &
  EraseLogDeps & {
    readonly now: () => number;
    /** Of this run: how long it may go on, in milliseconds. */
    readonly remainingMs: () => number;
    readonly erasures: {
      listErasures(): Promise<readonly Erasure[]>;
      noteSwept(tenant: string, at: string): Promise<void>;
      endErasure(tenant: string): Promise<void>;
    };
    readonly tenants: { removeTenant(tenant: string): Promise<void> };
    readonly payloads: {
      /** @yields how many objects at a time */
      erasePayloads(tenant: string): AsyncIterable<number>;
    };
  };

/**
 * Erases tenants whose deletion has begun. A run that is out of time just stops: what is deleted is gone, so the next
 * run goes on from there.
 * @throws Error naming the tenants whose erasure failed, after all had their try
 */
export async function eraseTenants(deps: EraseDeps): Promise<void> {
  const failed: string[] = [];
  for (const erasure of await deps.erasures.listErasures()) {
    try {
      await eraseTenant(deps, erasure);
    } catch (error) {
      // Other tenants must not wait for this one.
      warn('erasing failed', { tenant: erasure.tenant, ...errorFields(error) });
      failed.push(erasure.tenant);
    }
    if (!hasTime(deps)) break;
  }
  if (failed.length > 0) throw new Error(`not erased: ${failed.join(', ')}`);
}

const hasTime = ({ remainingMs }: EraseDeps): boolean => remainingMs() > RESERVE_MS;

async function eraseTenant(deps: EraseDeps, erasure: Erasure): Promise<void> {
  const step = erasureStep(erasure, deps.now());
  if (step === 'wait' || !(await sweep(deps, erasure.tenant, step === 'finish'))) return;
  if (step === 'finish') await finish(deps, erasure.tenant);
  else await deps.erasures.noteSwept(erasure.tenant, new Date(deps.now()).toISOString());
}

/** Deletes what there is of a tenant. @returns whether nothing is left */
async function sweep(deps: EraseDeps, tenant: string, isLast: boolean): Promise<boolean> {
  let erased = 0;
  try {
    for await (const count of eraseAll(deps, tenant, isLast)) {
      erased += count;
      if (!hasTime(deps)) return false;
    }
    return true;
  } finally {
    emitMetrics({ Erased: erased });
  }
}

/**
 * The configuration first, so that nothing more is sent and matched; then what has come of it. A run may stop at each
 * yield: what was done before it is done for good.
 */
async function* eraseAll(deps: EraseDeps, tenant: string, isLast: boolean): AsyncGenerator<number> {
  yield* eraseConfig(deps, tenant);
  yield* eraseEvents(deps, tenant);
  yield* eraseDeliveries(deps, tenant, isLast);
  await eraseMarks(deps, tenant, deps.now());
  yield* eraseAudit(deps, tenant);
  yield* deps.payloads.erasePayloads(tenant);
}

/** The erasure's own item goes last: if a run breaks off here, the next one finds it. */
async function finish({ tenants, erasures }: EraseDeps, tenant: string): Promise<void> {
  await tenants.removeTenant(tenant);
  await erasures.endErasure(tenant);
}
