import { deliveryName } from '../../lambdas/delivery/delivery.ts';
import type { DeliveryMessage, EventsMessage } from '../../lambdas/delivery/messages.ts';
import type { StoredHealth } from '../../lambdas/endpoint-health/health.ts';
import type { Lane } from '../../lambdas/endpoint-health/lane.ts';
import type { Row } from '../../lambdas/recovery/event-rows-store.ts';
import type { RunLease, ScanProgress } from '../../lambdas/recovery/progress-store.ts';
import type { Place } from '../../lambdas/recovery/recovery.ts';
import type { RecoveryDeps } from '../../lambdas/recovery/run-recovery.ts';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import { lowestUlidAt } from '../../lambdas/values/ids.ts';
import { refName, type TargetRef } from '../../lambdas/values/target-ref.ts';
import { memoryLog } from './memory-log.ts';

/** The tables and queues around recovery, in memory. */
export function recoveryWorld() {
  const logs = new Map<string, ReturnType<typeof memoryLog>>();
  const tenants: { readonly id: string; readonly deletedAt?: string }[] = [];
  /** By `deliveryName`; nowhere if missing. */
  const places = new Map<string, Place>();
  const targetIds = new Map<string, string>();
  const health = new Map<string, StoredHealth>();
  const scheduled = new Map<string, TargetRef & { at: number }>();
  const sent: { readonly lane: Lane; readonly delivery: DeliveryMessage }[] = [];
  const resumed: EventsMessage[] = [];
  const queueSizes = new Map([['slow', 0]]);
  /** What the state table has of the runs. */
  const state: { scans: ScanProgress; busyUntil: number } = { scans: {}, busyUntil: 0 };
  const notes: ScanProgress[] = [];
  const clock = { now: Date.UTC(2026, 10, 21, 12), pageMs: 0, deadline: 0 };
  const page = { rows: 100 };

  const logOf = (tenant: string) => {
    if (!logs.has(tenant)) logs.set(tenant, memoryLog());
    return logs.get(tenant)!;
  };
  const write = async (lease: RunLease, until: number): Promise<boolean> => {
    if (state.busyUntil !== lease.until) return false;
    Object.assign(state, { scans: lease.scans, busyUntil: until });
    return true;
  };

  const deps: RecoveryDeps = {
    now: () => clock.now,
    remainingMs: () => clock.deadline - clock.now,
    tenants: {
      async *listTenants({ after = '' }) {
        for (const tenant of tenants) if (tenant.id > after) yield tenant;
      },
    },
    config: {
      getTargetIds: async (_, ids) =>
        new Map(ids.flatMap((id) => (targetIds.has(id) ? [[id, targetIds.get(id)!]] : []))),
    },
    health: { readHealth: async () => health },
    log: {
      getStates: (tenant, refs) => logOf(tenant).getStates(tenant, refs),
      getEvent: (tenant, id) => logOf(tenant).getEvent(tenant, id),
      getDeliveries: (tenant, ulid, ids) => logOf(tenant).getDeliveries(tenant, ulid, ids),
      async rowsOf(tenant, { from, until }, after = '') {
        clock.now += clock.pageMs;
        const all = [...logOf(tenant).events.values()]
          .filter(({ ulid }) => ulid > after && ulid >= lowestUlidAt(from) && ulid < lowestUlidAt(until))
          .sort((a, b) => (a.ulid < b.ulid ? -1 : 1));
        const rows = all.slice(0, page.rows).map(
          ({ ulid, subscriptions, matched, isOpen }): Row => ({
            eventUlid: ulid,
            subscriptions,
            isUncertain: matched > subscriptions.length || isOpen === true,
          }),
        );
        return { rows, next: rows.length < all.length ? rows.at(-1)!.eventUlid : undefined };
      },
    },
    waiting: {
      placesOf: async (sought) =>
        sought.map(
          ({ delivery: { event, subscription } }) =>
            places.get(deliveryName({ ulid: event.ulid, subscription })) ?? 'nowhere',
        ),
      async scheduleDrain(ref, at) {
        if (scheduled.has(refName(ref))) return false;
        scheduled.set(refName(ref), { ...ref, at });
        return true;
      },
    },
    events: {
      async sendMessages(messages) {
        resumed.push(...messages.map(({ body }) => body as EventsMessage));
      },
    },
    lanes: {
      async sendToLane(lane, deliveries) {
        sent.push(...deliveries.map((delivery) => ({ lane, delivery })));
      },
    },
    progress: {
      async acquireRunLease(now, until) {
        if (state.busyUntil > now) return undefined;
        state.busyUntil = until;
        return { scans: state.scans, until };
      },
      async noteProgress(lease) {
        notes.push(lease.scans);
        return write(lease, lease.until);
      },
      releaseRunLease: (lease, now) => write(lease, now),
    },
    queues: [...queueSizes.keys()].map((name) => ({ name, url: name })),
    visibleIn: async (url) => queueSizes.get(url)!,
  };

  return {
    deps,
    logOf,
    log: logOf(FIRST_TENANT),
    tenants,
    places,
    targetIds,
    health,
    scheduled,
    sent,
    resumed,
    queueSizes,
    state,
    /** Every progress that was noted. */
    notes,
    /** `pageMs`: how long a page of a log takes; `deadline`: when the function is stopped. */
    clock,
    page,
    /** What was sent again, as `event subscription`. */
    deliveries: (): string[] =>
      sent.map(({ delivery: { event, subscription } }) => `${event.id} ${subscription}`),
  };
}
