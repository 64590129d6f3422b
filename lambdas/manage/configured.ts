import { raiseVersion } from '../adapters/config-store.ts';
import {
  countEntities,
  getEntity,
  listEntities,
  putEntity,
  removeAt,
  replaceAt,
} from '../adapters/entity-store.ts';
import { requireEnv } from '../adapters/env.ts';
import { ApiError, notFound } from '../adapters/http.ts';
import type { Entity, TenantLimits } from '../domain/config.ts';
import { configKey, type Kind } from '../domain/config-keys.ts';
import { eventTypeProblem } from '../domain/event-type.ts';
import { type Prefix, ulidOf } from '../domain/ids.ts';
import type { Precondition } from '../domain/precondition.ts';
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

/**
 * The things of one kind that tenants configure. Every write ends by raising the tenant's version, also one that finds
 * nothing to do: an earlier try of the same may have failed before it came to that.
 */
export function configured<T extends Entity>(kind: keyof typeof KINDS) {
  const { what, limit, isId } = KINDS[kind];

  const find = async (tenant: string, id: string): Promise<T | undefined> =>
    isId(id) ? getEntity<T>(configTable, tenant, kind, id) : undefined;

  async function existing(tenant: string, id: string): Promise<T> {
    const found = await find(tenant, id);
    if (!found) throw notFound(what);
    return found;
  }

  return {
    existing,

    find,

    list: (tenant: string, page: { limit?: number; after?: string | undefined } = {}): Promise<T[]> =>
      Array.fromAsync(listEntities<T>(configTable, tenant, kind, page)),

    /** @throws ApiError when the tenant has as many as it may have */
    async refuseBeyondLimit(tenant: string): Promise<void> {
      const most = (await limitsOf(tenant))[limit];
      if ((await countEntities(configTable, tenant, kind)) < most) return;
      throw new ApiError(409, 'limit_reached', `expected at most ${most} ${what}s for this tenant`);
    },

    async put(tenant: string, entity: T): Promise<void> {
      await putEntity(configTable, tenant, kind, entity);
      await raiseVersion(configTable, tenant);
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
        replaceAt(configTable, configKey(tenant, kind, id), next, revision);
      const next = await changing({ read: () => existing(tenant, id), replace, ifMatch, at, edit });
      await raiseVersion(configTable, tenant);
      return next;
    },

    async remove(tenant: string, id: string, ifMatch: Precondition): Promise<T> {
      for (let tries = 0; tries < TRIES; tries++) {
        const current = await find(tenant, id);
        if (!current) {
          await raiseVersion(configTable, tenant);
          throw notFound(what);
        }
        if (!ifMatch(current.revision)) throw changedMeanwhile();
        if (!(await removeAt(configTable, configKey(tenant, kind, id), current.revision))) continue;
        await raiseVersion(configTable, tenant);
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
const changedMeanwhile = (): ApiError =>
  new ApiError(412, 'precondition_failed', 'it has changed since; read it again', 'If-Match');

const busy = (): ApiError =>
  new ApiError(409, 'conflict', 'others keep changing it at the same time; please repeat the request');
