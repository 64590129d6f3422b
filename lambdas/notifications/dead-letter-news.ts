import { LRUCache } from 'lru-cache';
import type { EventsMessage } from '../delivery/messages.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { claimAlert } from './alert-claim-store.ts';
import { type AlertText, deadAlert, isAlarming, lostEventsAlert } from './alert-texts.ts';
import { notifyOperator, notifyTenant } from './notify.ts';
import { deliveryDead } from './operational-events.ts';

const stateTable = requireEnv('STATE_TABLE');

/** An endpoint that refuses everything makes a dead letter of each event: one mail an hour says as much as thousands. */
const QUIET_MS = 3600 * 1000;

/** What was told, or found to have been told, in this hour: for that, nothing is written. */
const told = new LRUCache<string, true>({ max: 10_000, ttl: QUIET_MS });

/** Tells the owners of dead letters, and the operator. @throws SendError when an owner could not be told */
export async function notifyOfDead(outcomes: readonly Outcome[]): Promise<void> {
  await notifyTenant(outcomes.map(deliveryDead));
  const byTarget = Map.groupBy(outcomes.filter(isAlarming), ({ tenant, target }) => `${tenant}/${target}`);
  await Promise.all(
    [...byTarget.values()].map((dead) => {
      const { tenant, target } = dead[0]!;
      return alertOnce(tenant, target, () => deadAlert(dead));
    }),
  );
}

/** Tells the operator of events that nobody got. Their tenant can't be told by events, which do not come through. */
export async function notifyOfLost(lost: readonly EventsMessage[]): Promise<void> {
  await Promise.all(
    lost.map(({ tenant, events }) => alertOnce(tenant, 'events', () => lostEventsAlert(tenant, events))),
  );
}

async function alertOnce(tenant: string, about: string, text: () => AlertText): Promise<void> {
  const name = `${tenant}/${about}`;
  if (told.has(name)) return;
  told.set(name, true);
  try {
    if (await claimAlert(stateTable, tenant, about, Date.now(), QUIET_MS)) await notifyOperator(text());
  } catch (error) {
    told.delete(name);
    warn('alert not claimed', { tenant, about, ...errorFields(error) });
  }
}
