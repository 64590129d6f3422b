import type { Entity } from '../config/entity.ts';
import type { Service } from './audit/recording-service.ts';
import type { ManageDeps } from './deps.ts';
import { changing } from './optimistic-update.ts';

const nothing = async (): Promise<void> => {};

/**
 * What operations need, and nothing written through it: an operation that creates or replaces targets, filters,
 * subscriptions or event types reads what there is, and what it would have written itself.
 */
export const dryDeps = (deps: ManageDeps): ManageDeps => ({
  ...deps,
  targets: dry(deps.targets),
  filters: dry(deps.filters),
  subscriptions: dry(deps.subscriptions),
  eventTypes: dry(deps.eventTypes),
  owned: { putAddress: nothing, deleteOwned: nothing },
  challenges: { ...deps.challenges, openChallenge: nothing, forgetChallenge: nothing },
  health: {
    ...deps.health,
    changeHealth: async (_, before) => ({ before, after: before }),
    forgetHealth: nothing,
  },
  deliveryLog: { ...deps.deliveryLog, noteFormer: nothing },
  rateSlots: { forgetSlots: nothing },
  failingTargets: { ...deps.failingTargets, forgetFailing: nothing },
  sendToSlowLane: nothing,
  notifier: { notifyTenant: nothing, notifyOperator: nothing },
});

/**
 * The same for several calls, whole lists read once: each call would read all subscriptions to see which of them bind a target,
 * and count all entities of what it creates.
 */
export const listedOnce = (deps: ManageDeps): ManageDeps => ({
  ...deps,
  targets: once(deps.targets),
  filters: once(deps.filters),
  subscriptions: once(deps.subscriptions),
  eventTypes: once(deps.eventTypes),
  alertRules: once(deps.alertRules),
});

interface Lists<T> {
  all(tenant: string, options?: object): AsyncGenerator<T>;
  refuseBeyondLimit(tenant: string, id: string, ...more: never[]): Promise<void>;
}

function once<T, S extends Lists<T>>(service: S & Lists<T>): S {
  let listed: Promise<T[]> | undefined;
  let admitted: Promise<void> | undefined;
  const lists: Lists<T> = {
    async *all(tenant, options) {
      if (options) return yield* service.all(tenant, options);
      listed ??= Array.fromAsync(service.all(tenant));
      yield* await listed;
    },
    refuseBeyondLimit(...of) {
      admitted ??= service.refuseBeyondLimit(...of);
      return admitted;
    },
  };
  return { ...service, ...lists };
}

/** Entities of one kind as they are stored, below those that would have been written. */
function dry<T extends Entity, S extends Service<T>>(service: S & Service<T>): S {
  const written = new Map<string, T>();
  const existing: S['existing'] = async (tenant, id) => written.get(id) ?? service.existing(tenant, id);
  const find: S['find'] = async (tenant, id) => written.get(id) ?? service.find(tenant, id);
  const write = (entity: T): T => {
    written.set(entity.id, entity);
    return entity;
  };
  const changes: Service<T> = {
    find,
    existing,
    async findMany(tenant, ids, onUnreadable) {
      const others = ids.filter((id) => !written.has(id));
      const stored = others.length === 0 ? [] : await service.findMany(tenant, others, onUnreadable);
      return [...ids.flatMap((id) => written.get(id) ?? []), ...stored];
    },
    add: async (tenant, made) => (await find(tenant, made.id)) ?? write(made),
    change: (tenant, id, ifMatch, at, edit) =>
      changing({
        read: () => existing(tenant, id),
        replace: async (next) => Boolean(write(next)),
        ifMatch,
        at,
        edit,
      }),
    async retire() {
      throw new Error('no dry run removes a subscription');
    },
    async remove(tenant, id) {
      const removed = await existing(tenant, id);
      written.delete(id);
      return removed;
    },
  };
  return { ...service, ...changes };
}
