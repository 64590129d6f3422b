import type { Entity } from '../../lambdas/config/entity.ts';
import type { EntityStore } from '../../lambdas/config/entity-store.ts';

/** An entity store in memory, whose items a test can read and write. */
export interface InMemoryEntities<T> extends EntityStore<T> {
  readonly items: Map<string, T>;
  put(tenant: string, entity: T): void;
}

const nameOf = (tenant: string, id: string): string => `${tenant} ${id}`;

/** As a table returns it: a copy without undefined fields. */
const stored = <T>(entity: T): T => JSON.parse(JSON.stringify(entity)) as T;

export function inMemoryEntities<T extends Entity>(): InMemoryEntities<T> {
  const items = new Map<string, T>();
  const get = (tenant: string, id: string): T | undefined => items.get(nameOf(tenant, id));
  const put = (tenant: string, entity: T): void => void items.set(nameOf(tenant, entity.id), stored(entity));
  const isAt = (tenant: string, id: string, revision: number): boolean =>
    get(tenant, id)?.revision === revision;
  const ofTenant = (tenant: string): T[] =>
    [...items]
      .filter(([name]) => name.startsWith(nameOf(tenant, '')))
      .map(([, item]) => item)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    items,
    put,
    async get(tenant, id) {
      const found = get(tenant, id);
      return found && stored(found);
    },
    async getMany(tenant, ids) {
      return ids.flatMap((id) => get(tenant, id) ?? []).map(stored);
    },
    async *list(tenant, { after, newestFirst = false } = {}) {
      const isBehind = (id: string): boolean => !after || (newestFirst ? id < after : id > after);
      const items = newestFirst ? ofTenant(tenant).reverse() : ofTenant(tenant);
      for (const item of items) if (isBehind(item.id)) yield stored(item);
    },
    async count(tenant, after = '') {
      return ofTenant(tenant).filter(({ id }) => id > after).length;
    },
    async add(tenant, entity) {
      if (get(tenant, entity.id)) return false;
      put(tenant, entity);
      return true;
    },
    async replace(tenant, entity, revision) {
      if (!isAt(tenant, entity.id, revision)) return false;
      put(tenant, entity);
      return true;
    },
    async remove(tenant, id, revision) {
      return isAt(tenant, id, revision) && items.delete(nameOf(tenant, id));
    },
  };
}
