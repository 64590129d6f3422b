import { LRUCache } from 'lru-cache';
import type { EventsMessage } from '../delivery/messages.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { refName } from '../values/target-ref.ts';
import { type AlertText, deadAlert, isAlarming, lostEventsAlert } from './alert-texts.ts';
import type { Notifier } from './notify.ts';
import { deliveryDead } from './operational-events.ts';

/** An endpoint that refuses everything makes a dead letter of each event. One mail an hour says as much as thousands. */
const QUIET_MS = 3600 * 1000;

export interface DeadLetterNotifierDeps {
  readonly notifier: Notifier;
  /** Claims the right to alert the operator about one thing of a tenant; false if that was done within `quietMs`. */
  claimAlert(tenant: string, about: string, now: number, quietMs: number): Promise<boolean>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface DeadLetterNotifier {
  /** Notifies the tenants of dead deliveries, and the operator. @throws SendError when a tenant could not be notified */
  notifyOfDead(outcomes: readonly Outcome[]): Promise<void>;
  /** Notifies the operator of lost events. Their tenant gets no event about it: fanout just failed on its events. */
  notifyOfLost(lost: readonly EventsMessage[]): Promise<void>;
}

export function createDeadLetterNotifier({
  notifier,
  claimAlert,
  now,
}: DeadLetterNotifierDeps): DeadLetterNotifier {
  /** Alerts that this function has claimed, or found claimed, within the hour: they need no further write. */
  const claimed = new LRUCache<string, true>({ max: 10_000, ttl: QUIET_MS, ttlResolution: 0, perf: { now } });

  /** @param target `undefined` for events that no target got */
  async function alertOnce(tenant: string, target: string | undefined, text: () => AlertText): Promise<void> {
    const thing = target ?? 'events';
    const name = `${tenant}/${thing}`;
    if (claimed.has(name)) return;
    claimed.set(name, true);
    try {
      if (await claimAlert(tenant, thing, now(), QUIET_MS)) await notifier.notifyOperator(text());
    } catch (error) {
      claimed.delete(name);
      warn('alert not claimed', { ...about({ tenant, target }), ...errorFields(error) });
    }
  }

  return {
    async notifyOfDead(outcomes) {
      await notifier.notifyTenant(outcomes.map(deliveryDead));
      const byTarget = Map.groupBy(outcomes.filter(isAlarming), refName);
      await Promise.all(
        [...byTarget.values()].map((dead) => {
          const { tenant, target } = dead[0]!;
          return alertOnce(tenant, target, () => deadAlert(dead));
        }),
      );
    },

    async notifyOfLost(lost) {
      await Promise.all(
        lost.map(({ tenant, events }) => alertOnce(tenant, undefined, () => lostEventsAlert(tenant, events))),
      );
    },
  };
}
