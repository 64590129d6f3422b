import { partsOf } from '../../listeners/listener.ts';
import type { StoredJob } from '../../replay/replay-job-store.ts';
import type { Branding } from '../../tenants/branding.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { deliveryId } from '../../values/ids.ts';
import type { ManageDeps } from '../deps.ts';
import type { Recorder } from './recorder.ts';
import { recording } from './recording-service.ts';
import {
  alertRuleFields,
  brandingFields,
  disabledFields,
  eventTypeFields,
  filterFields,
  keyFields,
  portalTokenFields,
  replayFields,
  sessionFields,
  signInLinkFields,
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
    alertRules: recording(deps.alertRules, 'alert-rule', alertRuleFields, note).service,
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
    listeners: recordingListeners(deps, note),
    sessions: recordingSessions(deps, note),
    branding: recordingBranding(deps, note),
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

/** What a listener has comes and goes with it. */
const KINDS_OF_LISTENER = ['target', 'filter', 'subscription'] as const;

function recordingListeners(
  { listeners }: Pick<ManageDeps, 'listeners'>,
  note: Note,
): ManageDeps['listeners'] {
  return {
    ...listeners,
    async addListener(ref, listener) {
      const isNew = await listeners.addListener(ref, listener);
      note({ tenant: ref.tenant, kind: 'listener', id: ref.listener, after: {} });
      return isNew;
    },
    async endListener(ref) {
      await listeners.endListener(ref);
      const { tenant, listener } = ref;
      note({ tenant, kind: 'listener', id: listener, before: {} });
      const ids = partsOf(listener);
      for (const kind of KINDS_OF_LISTENER) note({ tenant, kind, id: ids[kind], before: {} });
    },
  };
}

function recordingSessions({ sessions }: Pick<ManageDeps, 'sessions'>, note: Note): ManageDeps['sessions'] {
  return {
    ...sessions,
    async addSession(tenant, session) {
      await sessions.addSession(tenant, session);
      note({ tenant, kind: 'session', id: session.id, after: sessionFields(session) });
    },
    async addSignInLink(tenant, link) {
      await sessions.addSignInLink(tenant, link);
      note({ tenant, kind: 'sign-in-link', id: link.id, after: signInLinkFields(link) });
    },
    async takeSignInLink(tenant, id, hash) {
      const link = await sessions.takeSignInLink(tenant, id, hash);
      if (link) note({ tenant, kind: 'sign-in-link', id, before: signInLinkFields(link) });
      return link;
    },
    async endSession(tenant, id) {
      await sessions.endSession(tenant, id);
      note({ tenant, kind: 'session', id, before: {} });
    },
  };
}

function recordingBranding({ branding }: Pick<ManageDeps, 'branding'>, note: Note): ManageDeps['branding'] {
  let before: Branding | undefined;
  return {
    async readBranding(tenant) {
      before = await branding.readBranding(tenant);
      return before;
    },
    async writeBranding(tenant, next, revision) {
      const isWritten = await branding.writeBranding(tenant, next, revision);
      const was = before && brandingFields(before);
      if (isWritten)
        note({ tenant, kind: 'branding', id: next.id, before: was, after: brandingFields(next) });
      return isWritten;
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
