import { errorFields, warn } from '../platform/log.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { isOver, type ListenerRef, partsOf } from './listener.ts';
import type { KnownListener } from './listener-store.ts';

export interface EndDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  /** How long any log is kept at most, in milliseconds. */
  readonly logKeptMs: number;
  /** See `noteFormer` of the log. */
  noteFormer(tenant: string, target: string, subscription: string, until: number): Promise<void>;
  removeParts(ref: ListenerRef): Promise<void>;
  raiseVersion(tenant: string): Promise<void>;
  forgetHealth(ref: TargetRef): Promise<void>;
  forgetSlots(ref: TargetRef): Promise<void>;
  removeListener(ref: ListenerRef): Promise<void>;
}

/**
 * Removes a listener, and what it has. Its own item goes last: a removal that breaks off is repeated. What is on its way to it
 * finds no target, and ends in the log.
 */
export async function endListener(deps: EndDeps, ref: ListenerRef): Promise<void> {
  const { tenant } = ref;
  const { target, subscription } = partsOf(ref.listener);
  await deps.noteFormer(tenant, target, subscription, deps.now() + deps.logKeptMs);
  await deps.removeParts(ref);
  await deps.raiseVersion(tenant);
  await Promise.all([deps.forgetHealth({ tenant, target }), deps.forgetSlots({ tenant, target })]);
  await deps.removeListener(ref);
}

export interface ExpireDeps extends EndDeps {
  /** Those of all tenants. */
  listListeners(): Promise<readonly KnownListener[]>;
}

/** Removes the listeners that are over: whose client has gone, be it without a word. */
export async function expireListeners(deps: ExpireDeps): Promise<void> {
  for (const listener of await deps.listListeners()) {
    if (!isOver(listener, deps.now())) continue;
    try {
      await endListener(deps, listener);
    } catch (error) {
      // Others must not wait for this one; the next run tries it again.
      warn('listener not removed', { tenant: listener.tenant, ...errorFields(error) });
    }
  }
}
