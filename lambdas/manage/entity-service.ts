import type { ApiKey } from '../access/api-key-entity.ts';
import type { PortalGrant } from '../access/portal-grant.ts';
import type { AlertRule } from '../alerting/alert-rule.ts';
import type { Kind } from '../config/config-keys.ts';
import type { EventType, Filter, Subscription } from '../config/entities.ts';
import type { Entity } from '../config/entity.ts';
import type { EntityStore } from '../config/entity-store.ts';
import { eventTypeProblem } from '../events/event-type.ts';
import { ApiError, notFound } from '../http/errors.ts';
import type { Precondition } from '../http/precondition.ts';
import { listenerOf } from '../listeners/listener.ts';
import { type OnUnreadable, skip } from '../platform/items.ts';
import type { Target } from '../targets/target.ts';
import type { TenantLimits } from '../tenants/tenant.ts';
import { isEphemeral, type Prefix, ulidOf } from '../values/ids.ts';
import { busy, changedMeanwhile, changing, TRIES } from './optimistic-update.ts';

/** For each kind: what callers call it, which limit it has, and what can be an id of it at all. */
const KINDS = {
  target: { what: 'target', limit: 'targets', isId: isIdOf('tgt') },
  filter: { what: 'filter', limit: 'filters', isId: isIdOf('flt') },
  subscription: { what: 'subscription', limit: 'subscriptions', isId: isIdOf('sub') },
  key: { what: 'key', limit: 'keys', isId: isIdOf('key') },
  'portal-token': { what: 'portal token', limit: 'portalTokens', isId: isIdOf('ptk') },
  'alert-rule': { what: 'alert rule', limit: 'alertRules', isId: isIdOf('alr') },
  type: { what: 'event type', limit: 'eventTypes', isId: (id) => eventTypeProblem(id) === undefined },
} as const satisfies Record<keyof Entities, KindOfEntity>;

/** The entities of each kind. */
interface Entities {
  readonly target: Target;
  readonly filter: Filter;
  readonly subscription: Subscription;
  readonly key: ApiKey;
  readonly 'portal-token': PortalGrant;
  readonly 'alert-rule': AlertRule;
  readonly type: EventType;
}

interface KindOfEntity {
  readonly what: string;
  readonly limit: keyof TenantLimits;
  /** The table is not asked for anything else: its keys have a greatest length. */
  readonly isId: (id: string) => boolean;
}

function isIdOf(prefix: Prefix): (id: string) => boolean {
  return (id) => ulidOf(prefix, id) !== undefined;
}

/** The kinds that a match index is built from. Fanout learns from the tenant's version that its index is old. */
const MATCHED: readonly Kind[] = ['filter', 'subscription'];

/** The kinds that a listener has one of. An event type may be called anything. */
const LISTENED: readonly Kind[] = ['target', 'filter', 'subscription'];

export interface ConfiguredDeps<T> {
  readonly store: EntityStore<T>;
  /** How much a tenant may have. */
  limitsOf(tenant: string): Promise<TenantLimits>;
  raiseVersion(tenant: string): Promise<void>;
}

/** The entities of one kind that tenants configure. */
export type Configured<K extends keyof typeof KINDS> = ReturnType<typeof configured<K>>;

/**
 * The entities of one kind that tenants configure. If matching depends on the kind, every write ends by raising the
 * tenant's version. So does a write that finds nothing to do, or that `ifMatch` refuses: an earlier try of the same
 * request may have failed between the write and the version.
 */
export function configured<K extends keyof typeof KINDS>(
  kind: K,
  { store, limitsOf, raiseVersion }: ConfiguredDeps<Entities[K]>,
) {
  type T = Entities[K];
  const { what, limit, isId } = KINDS[kind];
  const isGone = ({ deletedAt }: Entity): boolean => deletedAt !== undefined;
  const isOfListener = (id: string): boolean => LISTENED.includes(kind) && isEphemeral(id);

  /** What a listener has is as it was made, until it goes with it. @throws ApiError */
  function refuseOfListener(id: string): void {
    if (!isOfListener(id)) return;
    const message = `it belongs to ${listenerOf(id)}, and ends with it: DELETE /v1/listeners/${listenerOf(id)}`;
    throw new ApiError(409, 'conflict', message);
  }

  const stored = async (tenant: string, id: string): Promise<T | undefined> =>
    isId(id) ? store.get(tenant, id) : undefined;

  async function find(tenant: string, id: string): Promise<T | undefined> {
    const found = await stored(tenant, id);
    return found && !isGone(found) ? found : undefined;
  }

  /** @throws ApiError when there is none */
  async function existing(tenant: string, id: string): Promise<T> {
    const found = await find(tenant, id);
    if (!found) throw notFound(what);
    return found;
  }

  async function* all(
    tenant: string,
    options: {
      after?: string | undefined;
      newestFirst?: boolean | undefined;
      pageSize?: number;
      onUnreadable?: OnUnreadable;
    } = {},
  ): AsyncGenerator<T> {
    for await (const one of store.list(tenant, options)) if (!isGone(one)) yield one;
  }

  async function raise(tenant: string): Promise<void> {
    if (MATCHED.includes(kind)) await raiseVersion(tenant);
  }

  /** @throws the error, once the version is raised */
  async function refuse(tenant: string, error: ApiError): Promise<never> {
    await raise(tenant);
    throw error;
  }

  return {
    find,
    existing,

    /** One that others can be bound to: what a listener has is for it alone, and ends with it. */
    findLasting: async (tenant: string, id: string): Promise<T | undefined> =>
      isOfListener(id) ? undefined : find(tenant, id),

    /** All of a tenant's, in the order of their ids. @throws UnreadableItemError unless `onUnreadable` says what else is done */
    all,

    /**
     * Several by their ids, in no particular order; what does not exist is missing. No id may repeat.
     * @throws UnreadableItemError unless `onUnreadable` says what else is done
     */
    async findMany(tenant: string, ids: readonly string[], onUnreadable?: OnUnreadable): Promise<T[]> {
      return (await store.getMany(tenant, ids, onUnreadable)).filter((one) => !isGone(one));
    },

    /** A page, without what listeners have. It has fewer than `limit` only at the end of the list. @param after an id that the page begins behind */
    async list(
      tenant: string,
      { limit, after, newestFirst }: { limit: number; after: string | undefined; newestFirst?: boolean },
    ): Promise<T[]> {
      const found: T[] = [];
      // An unreadable entity is left out of lists. A request for its id gets an error.
      for await (const one of all(tenant, { pageSize: limit, after, newestFirst, onUnreadable: skip })) {
        if (isOfListener(one.id)) continue;
        found.push(one);
        if (found.length === limit) break;
      }
      return found;
    },

    /**
     * @param id of the new entity. If an earlier try of the same request has made it, it is in the count already
     * @param limits given by callers that ask about several kinds, so that they are read once
     * @param after an id behind which the count begins: of a kind whose entities end, those before it are over
     * @throws ApiError when the tenant has as many as it may have
     */
    async refuseBeyondLimit(
      tenant: string,
      id: string,
      limits = limitsOf(tenant),
      after?: string,
    ): Promise<void> {
      const most = (await limits)[limit];
      if ((await store.count(tenant, after)) < most || (await stored(tenant, id))) return;
      throw new ApiError(409, 'limit_reached', `expected at most ${most} ${what}s for this tenant`);
    },

    /** Stores a new entity. @returns what is stored: that of an earlier try, if there was one, as it is by now */
    async add(tenant: string, made: T): Promise<T> {
      const isNew = await store.add(tenant, made);
      // A filter that no subscription binds yet matches nothing.
      if (kind === 'subscription') await raise(tenant);
      return isNew ? made : existing(tenant, made.id);
    },

    /** Changes an entity; see `changing`. */
    async change(
      tenant: string,
      id: string,
      ifMatch: Precondition,
      at: string,
      edit: (current: T) => T | Promise<T>,
    ): Promise<T> {
      refuseOfListener(id);
      const replace = (next: T, revision: number): Promise<boolean> => store.replace(tenant, next, revision);
      const next = await changing({ read: () => existing(tenant, id), replace, ifMatch, at, edit }).catch(
        (error) => (error instanceof ApiError ? refuse(tenant, error) : Promise.reject(error)),
      );
      await raise(tenant);
      return next;
    },

    /**
     * Takes an entity out of use, so that what belongs to it can be removed before it is removed itself. To repeat it
     * is to go on where an earlier try broke off.
     * @param admit refuses by throwing
     */
    async retire(
      tenant: string,
      id: string,
      at: string,
      admit: (current: T) => Promise<void> | void,
    ): Promise<T> {
      refuseOfListener(id);
      for (let tries = 0; tries < TRIES; tries++) {
        const current = await stored(tenant, id);
        if (!current) return refuse(tenant, notFound(what));
        if (isGone(current)) return current;
        await admit(current);
        const next = { ...current, active: false, deletedAt: at, revision: current.revision + 1 };
        if (!(await store.replace(tenant, next, current.revision))) continue;
        await raise(tenant);
        return next;
      }
      throw busy();
    },

    /** Removes an entity. @returns what was removed */
    async remove(tenant: string, id: string, ifMatch: Precondition): Promise<T> {
      refuseOfListener(id);
      for (let tries = 0; tries < TRIES; tries++) {
        const current = await stored(tenant, id);
        if (!current) return refuse(tenant, notFound(what));
        if (!ifMatch(current.revision)) return refuse(tenant, changedMeanwhile());
        if (!(await store.remove(tenant, id, current.revision))) continue;
        await raise(tenant);
        return current;
      }
      throw busy();
    },
  };
}
