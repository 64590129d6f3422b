import type { Fields } from '../../audit/field-changes.ts';
import type { Entity } from '../../config/entity.ts';
import { ApiError } from '../../http/errors.ts';
import type { Precondition } from '../../http/precondition.ts';
import type { OnUnreadable } from '../../platform/items.ts';
import type { StoredJob } from '../../replay/replay-job-store.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { deliveryId } from '../../values/ids.ts';
import type { ManageDeps } from '../deps.ts';
import type { Recorder } from './recorder.ts';
import {
  disabledFields,
  eventTypeFields,
  filterFields,
  keyFields,
  portalTokenFields,
  replayFields,
  subscriptionFields,
  targetFields,
  tenantFields,
} from './shown-fields.ts';

/**
 * What operations need, and each change through it noted. It makes no request of its own: what an entity was before is
 * known from the reads that the operation makes.
 */
export function recordingDeps(deps: ManageDeps, { note }: Recorder): ManageDeps {
  const targets = recording(deps.targets, 'target', targetFields, note);
  const filters = recording(deps.filters, 'filter', filterFields, note);
  return {
    ...deps,
    targets: targets.service,
    filters: filters.service,
    subscriptions: recording(deps.subscriptions, 'subscription', subscriptionFields, note).service,
    eventTypes: recording(deps.eventTypes, 'event-type', eventTypeFields, note).service,
    keys: recording(deps.keys, 'key', keyFields, note).service,
    portalTokens: recording(deps.portalTokens, 'portal-token', portalTokenFields, note).service,
    owned: {
      ...deps.owned,
      async deleteOwned(tenant, owned) {
        await deps.owned.deleteOwned(tenant, owned);
        if (owned.targetId) targets.noteRemoved(tenant, owned.targetId);
        if (owned.filterId) filters.noteRemoved(tenant, owned.filterId);
      },
    },
    tenants: recordingTenants(deps, note),
    jobs: recordingJobs(deps, note),
    health: {
      ...deps.health,
      async changeHealth(ref, known, change) {
        const changed = await deps.health.changeHealth(ref, known, change);
        const [before, after] = [disabledFields(changed.before), disabledFields(changed.after)];
        note({ tenant: ref.tenant, kind: 'target', id: ref.target, before, after });
        return changed;
      },
    },
    async resend(deliveries, ...rest) {
      const sent = await deps.resend(deliveries, ...rest);
      for (const { tenant, event, subscription } of sent) {
        note({ tenant, kind: 'delivery', id: deliveryId(event.ulid, subscription), action: 'sent' });
      }
      return sent;
    },
    deadLetters: {
      ...deps.deadLetters,
      async purgeDeadLetter(tenant, ref) {
        const isPurged = await deps.deadLetters.purgeDeadLetter(tenant, ref);
        const id = deliveryId(ref.ulid, ref.subscription);
        if (isPurged) note({ tenant, kind: 'delivery', id, action: 'purged' });
        return isPurged;
      },
    },
  };
}

type Note = Recorder['note'];

/** What changes entities of one kind; see `configured`. */
interface Service<T> {
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

function recording<T extends Entity, S extends Service<T>>(
  service: S & Service<T>,
  kind: string,
  fieldsOf: (entity: T) => Fields,
  note: Note,
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

function recordingTenants({ tenants }: Pick<ManageDeps, 'tenants'>, note: Note): ManageDeps['tenants'] {
  const seen = new Map<string, Tenant>();
  const see = (tenant: Tenant | undefined): Tenant | undefined => {
    if (tenant) seen.set(tenant.id, tenant);
    return tenant;
  };
  const tell = (before: Tenant | undefined, after: Tenant): void =>
    note({
      tenant: after.id,
      kind: 'tenant',
      id: after.id,
      before: before && tenantFields(before),
      after: tenantFields(after),
    });
  return {
    ...tenants,
    getTenant: async (...of) => see(await tenants.getTenant(...of)),
    readTenant: async (...of) => see(await tenants.readTenant(...of)),
    async addTenant(made) {
      const isNew = await tenants.addTenant(made);
      tell(undefined, made);
      return isNew;
    },
    async replaceTenant(next, revision) {
      const before = seen.get(next.id);
      const isReplaced = await tenants.replaceTenant(next, revision);
      if (isReplaced) tell(before ?? next, next);
      return isReplaced;
    },
  };
}

function recordingJobs({ jobs }: Pick<ManageDeps, 'jobs'>, note: Note): ManageDeps['jobs'] {
  return {
    ...jobs,
    async addJob(job) {
      const stored = await jobs.addJob(job);
      note({ tenant: job.tenant, kind: 'replay', id: job.id, after: replayFields(stored) });
      return stored;
    },
    async changeJob(tenant, id, change) {
      let before: StoredJob | undefined;
      const changed = await jobs.changeJob(tenant, id, (current) => {
        before = current;
        return change(current);
      });
      if (before && changed) {
        note({ tenant, kind: 'replay', id, before: replayFields(before), after: replayFields(changed) });
      }
      return changed;
    },
  };
}
