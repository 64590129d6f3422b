import { configKey, type Kind } from '../config/config-keys.ts';
import { raiseVersion } from '../config/config-store.ts';
import type { Entity } from '../config/entity.ts';
import {
  addAt,
  countEntities,
  type EntityOf,
  getEntity,
  listEntities,
  removeAt,
  replaceAt,
} from '../config/entity-store.ts';
import { eventTypeProblem } from '../events/event-type.ts';
import { ApiError, notFound } from '../http/errors.ts';
import type { Precondition } from '../http/precondition.ts';
import { requireEnv } from '../platform/env.ts';
import { skip } from '../platform/items.ts';
import type { TenantLimits } from '../tenants/tenant.ts';
import { type Prefix, ulidOf } from '../values/ids.ts';
import { limitsOf } from './limits.ts';

export const configTable = requireEnv('CONFIG_TABLE');

/** Writers that meet each other try again; more of them at once than this are told to. */
const TRIES = 5;

/** For each kind: what callers call it, which limit it has, and what can be an id of it at all. */
const KINDS = {
  target: { what: 'target', limit: 'targets', isId: isIdOf('tgt') },
  filter: { what: 'filter', limit: 'filters', isId: isIdOf('flt') },
  subscription: { what: 'subscription', limit: 'subscriptions', isId: isIdOf('sub') },
  key: { what: 'key', limit: 'keys', isId: isIdOf('key') },
  type: { what: 'event type', limit: 'eventTypes', isId: (id) => eventTypeProblem(id) === undefined },
} as const satisfies Partial<Record<Kind, ConfiguredKind>>;

interface ConfiguredKind {
  readonly what: string;
  readonly limit: keyof TenantLimits;
  /** What can't be an id is not looked for: the table takes no names of any length. */
  readonly isId: (id: string) => boolean;
}

function isIdOf(prefix: Prefix): (id: string) => boolean {
  return (id) => ulidOf(prefix, id) !== undefined;
}

/** What matching is made of; warm functions learn from the version that their copy of it is old. */
const MATCHED: readonly Kind[] = ['filter', 'subscription'];

/**
 * The things of one kind that tenants configure. Every write ends by raising the tenant's version, if matching depends
 * on it; so does one that finds nothing to do, or another state than it was meant for: an earlier try of the same may
 * have failed before it came to that.
 */
export function configured<K extends keyof typeof KINDS>(kind: K) {
  type T = EntityOf<K>;
  const { what, limit, isId } = KINDS[kind];
  const keyOf = (tenant: string, id: string) => configKey(tenant, kind, id);
  const isGone = ({ deletedAt }: Entity): boolean => deletedAt !== undefined;

  const stored = async (tenant: string, id: string): Promise<T | undefined> =>
    isId(id) ? getEntity(configTable, tenant, kind, id) : undefined;

  async function find(tenant: string, id: string): Promise<T | undefined> {
    const found = await stored(tenant, id);
    return found && !isGone(found) ? found : undefined;
  }

  async function existing(tenant: string, id: string): Promise<T> {
    const found = await find(tenant, id);
    if (!found) throw notFound(what);
    return found;
  }

  async function raise(tenant: string): Promise<void> {
    if (MATCHED.includes(kind)) await raiseVersion(configTable, tenant);
  }

  /** @throws what is given, once the version is raised */
  async function refuse(tenant: string, error: ApiError): Promise<never> {
    await raise(tenant);
    throw error;
  }

  return {
    find,
    existing,

    /** As many as asked for, if there are so many: a page is short only at the end. @param after see listEntities */
    async list(tenant: string, { limit, after }: { limit: number; after: string | undefined }): Promise<T[]> {
      const found: T[] = [];
      // One that can't be read is not shown; asked for by its id, it is an error.
      const options = { pageSize: limit, after, onUnreadable: skip };
      for await (const one of listEntities(configTable, tenant, kind, options)) {
        if (!isGone(one)) found.push(one);
        if (found.length === limit) break;
      }
      return found;
    },

    /**
     * @param id of what is to be made; an earlier try of the same may have made it, and then there is room for it
     * @param limits for who asks about several kinds, so that they are read once
     * @throws ApiError when the tenant has as many as it may have
     */
    async refuseBeyondLimit(tenant: string, id: string, limits = limitsOf(tenant)): Promise<void> {
      const most = (await limits)[limit];
      if ((await countEntities(configTable, tenant, kind)) < most || (await stored(tenant, id))) return;
      throw new ApiError(409, 'limit_reached', `expected at most ${most} ${what}s for this tenant`);
    },

    /** Stores a new thing. @returns what is stored: an earlier try's, which may have been changed since, if there was one */
    async add(tenant: string, made: T): Promise<T> {
      const isNew = await addAt(configTable, keyOf(tenant, made.id), made);
      // A filter that no subscription binds yet matches nothing.
      if (kind === 'subscription') await raise(tenant);
      return isNew ? made : existing(tenant, made.id);
    },

    /** Changes a thing; see `changing`. */
    async change(
      tenant: string,
      id: string,
      ifMatch: Precondition,
      at: string,
      edit: (current: T) => T | Promise<T>,
    ): Promise<T> {
      const replace = (next: T, revision: number): Promise<boolean> =>
        replaceAt(configTable, keyOf(tenant, id), next, revision);
      const next = await changing({ read: () => existing(tenant, id), replace, ifMatch, at, edit }).catch(
        (error) => (error instanceof ApiError ? refuse(tenant, error) : Promise.reject(error)),
      );
      await raise(tenant);
      return next;
    },

    /**
     * Takes a thing out of use, so that what goes with it can be removed before it is removed itself. Doing it again
     * goes on where an earlier try broke off.
     * @param admit refuses by throwing
     */
    async retire(
      tenant: string,
      id: string,
      at: string,
      admit: (current: T) => Promise<void> | void,
    ): Promise<T> {
      for (let tries = 0; tries < TRIES; tries++) {
        const current = await stored(tenant, id);
        if (!current) return refuse(tenant, notFound(what));
        if (isGone(current)) return current;
        await admit(current);
        const next = { ...current, active: false, deletedAt: at, revision: current.revision + 1 };
        if (!(await replaceAt(configTable, keyOf(tenant, id), next, current.revision))) continue;
        await raise(tenant);
        return next;
      }
      throw busy();
    },

    /** Removes a thing as it was read. */
    async remove(tenant: string, id: string, ifMatch: Precondition): Promise<T> {
      for (let tries = 0; tries < TRIES; tries++) {
        const current = await stored(tenant, id);
        if (!current) return refuse(tenant, notFound(what));
        if (!ifMatch(current.revision)) return refuse(tenant, changedMeanwhile());
        if (!(await removeAt(configTable, keyOf(tenant, id), current.revision))) continue;
        await raise(tenant);
        return current;
      }
      throw busy();
    },
  };
}

export interface Change<T extends Entity> {
  readonly read: () => Promise<T>;
  /** Writes over the revision that was read. @returns false when it is another one by now */
  readonly replace: (next: T, revision: number) => Promise<boolean>;
  readonly ifMatch: Precondition;
  /** RFC 3339. */
  readonly at: string;
  readonly edit: (current: T) => T | Promise<T>;
}

/**
 * Changes a thing, and loses nobody else's change: when another one comes between, this one is made again on top of
 * it, or refused if it was meant for what stood there before.
 */
export async function changing<T extends Entity>({
  read,
  replace,
  ifMatch,
  at,
  edit,
}: Change<T>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const current = await read();
    if (!ifMatch(current.revision)) throw changedMeanwhile();
    const next = { ...(await edit(current)), updatedAt: at, revision: current.revision + 1 };
    if (await replace(next, current.revision)) return next;
  }
  throw busy();
}

/** A lost update, prevented (RFC 9110, 15.5.13). */
export const changedMeanwhile = (): ApiError =>
  new ApiError(412, 'precondition_failed', 'it has changed since; read it again', 'If-Match');

const busy = (): ApiError =>
  new ApiError(409, 'conflict', 'others keep changing it at the same time; please repeat the request');
