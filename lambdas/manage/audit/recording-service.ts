import type { Fields } from '../../audit/field-changes.ts';
import type { Entity } from '../../config/entity.ts';
import { ApiError } from '../../http/errors.ts';
import type { Precondition } from '../../http/precondition.ts';
import type { OnUnreadable } from '../../platform/items.ts';
import type { Recorder } from './recorder.ts';

/** What changes entities of one kind; see `configured`. */
export interface Service<T> {
  find(tenant: string, id: string): Promise<T | undefined>;
  existing(tenant: string, id: string): Promise<T>;
  findMany(tenant: string, ids: readonly string[], onUnreadable?: OnUnreadable): Promise<T[]>;
  add(tenant: string, made: T): Promise<T>;
  change(
    tenant: string,
    id: string,
    ifMatch: Precondition,
    at: string,
    edit: (current: T) => T | Promise<T>,
  ): Promise<T>;
  retire(tenant: string, id: string, at: string, admit: (current: T) => Promise<void> | void): Promise<T>;
  remove(tenant: string, id: string, ifMatch: Precondition): Promise<T>;
}

/** Entities of one kind, each change of them noted. */
export function recording<T extends Entity, S extends Service<T>>(
  service: S & Service<T>,
  kind: string,
  fieldsOf: (entity: T) => Fields,
  note: Recorder['note'],
) {
  const seen = new Map<string, T>();
  const see = <E extends T | undefined>(entity: E): E => {
    if (entity) seen.set(entity.id, entity);
    return entity;
  };
  const tell = (tenant: string, id: string, before: T | undefined, after: T | undefined): void =>
    note({ tenant, kind, id, before: before && fieldsOf(before), after: after && fieldsOf(after) });
  const noteRemoved = (tenant: string, id: string): void => {
    const known = seen.get(id);
    note({ tenant, kind, id, before: known ? fieldsOf(known) : {} });
  };

  const changes: Service<T> = {
    find: async (tenant, id) => see(await service.find(tenant, id)),
    existing: async (tenant, id) => see(await service.existing(tenant, id)),
    findMany: async (...of) => (await service.findMany(...of)).map(see),

    async add(tenant, made) {
      const stored = await service.add(tenant, made);
      // Else another request made it; the operation refuses this one.
      if (stored.createdAt === made.createdAt) tell(tenant, made.id, undefined, see(stored));
      return stored;
    },

    async change(tenant, id, ifMatch, at, edit) {
      let tried: { before: T; after: T } | undefined;
      const editAndSee = async (before: T): Promise<T> => {
        const after = await edit(before);
        tried = { before, after };
        return after;
      };
      try {
        const after = await service.change(tenant, id, ifMatch, at, editAndSee);
        tell(tenant, id, tried?.before, after);
        return after;
      } catch (error) {
        // A fault may have come after the write, so the change may be in place.
        if (tried && !(error instanceof ApiError)) tell(tenant, id, tried.before, tried.after);
        throw error;
      }
    },

    async retire(tenant, id, at, admit) {
      let before: T | undefined;
      const admitAndSee = async (current: T): Promise<void> => {
        await admit(current);
        before = current;
      };
      const after = await service.retire(tenant, id, at, admitAndSee);
      if (before) tell(tenant, id, before, after);
      return after;
    },

    async remove(tenant, id, ifMatch) {
      try {
        const removed = await service.remove(tenant, id, ifMatch);
        tell(tenant, id, removed, undefined);
        return removed;
      } catch (error) {
        // As with a change.
        if (!(error instanceof ApiError)) noteRemoved(tenant, id);
        throw error;
      }
    },
  };
  return { service: { ...service, ...changes }, noteRemoved };
}
