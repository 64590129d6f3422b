import { setImmediate } from 'node:timers/promises';
import type { Subscription } from '../../lambdas/config/entities.ts';
import type { DeadMessage, DeliveryMessage, EventsMessage } from '../../lambdas/delivery/messages.ts';
import type { EventToLog } from '../../lambdas/events/event-items.ts';
import { ALL, createBudget, type Share } from '../../lambdas/fanout/budget.ts';
import { type FanOutDeps, fanOut } from '../../lambdas/fanout/fan-out.ts';
import { createIndexes } from '../../lambdas/fanout/indexes.ts';
import type { FilterParts } from '../../lambdas/matching/language/filter.ts';
import { type Printed, printedBy } from '../helpers/printed.ts';

/** Steps of fanout that write or send, in order. */
export const STEPS = [
  'sendToDeadLetters',
  'claimProducerId',
  'putEvents',
  'sendToLanes',
  'sendBack',
] as const;
export type Step = (typeof STEPS)[number];

/** The tables and queues around fanout, in memory. */
export function fanoutWorld() {
  const tenants = new Map<string, { version: number; filters: Partial<FilterParts>[]; bytes: number }>();
  const claims = new Map<string, { ulid: string; digest: string | undefined }>();
  const payloads = new Map<string, string>();
  const log: EventToLog[] = [];
  const deliveries: DeliveryMessage[] = [];
  const back: EventsMessage[] = [];
  const dead: (EventsMessage | DeadMessage)[] = [];
  const outsideIndexes: (Subscription & { readonly tenant: string })[] = [];
  const reads: string[] = [];
  const steps: Step[] = [];
  const clock = { now: Date.UTC(2026, 10, 21) };
  const fault: { at: Step | undefined } = { at: undefined };

  const step = (name: Step): void => {
    steps.push(name);
    if (fault.at === name) throw new Error(`${name} failed`);
  };
  const deps: FanOutDeps = {
    async getSubscriptions(tenant, ids) {
      reads.push(...ids.map((id) => `${tenant}/${id}`));
      return outsideIndexes.filter((one) => one.tenant === tenant && ids.includes(one.id));
    },
    indexesFor: createIndexes({
      getVersions: async (names) => new Map(names.map((name) => [name, tenants.get(name)?.version ?? 0])),
      async loadMatchSource(tenant, maxBytes) {
        reads.push(tenant);
        // Like a table, it answers later, with its state at the time of the call.
        const { filters, bytes } = tenants.get(tenant) ?? { filters: [], bytes: 0 };
        await setImmediate();
        if (bytes > maxBytes) return undefined;
        return {
          filters: filters.map((filter, i) => ({ id: `flt_${i}`, events: ['**'], ...filter })),
          subscriptions: filters.map((_, i) => ({
            id: subscriptionId(i),
            targetId: `tgt_${i}`,
            filterId: `flt_${i}`,
          })),
          bytes,
        };
      },
      now: () => clock.now,
    }),
    async loadStored(key) {
      reads.push(key);
      const payload = payloads.get(key);
      return payload === undefined ? undefined : Buffer.from(payload);
    },
    async claimProducerId(tenant, { id, ulid, digest }) {
      step('claimProducerId');
      const name = `${tenant}/${id}`;
      const known = claims.get(name);
      if (!known) claims.set(name, { ulid, digest });
      if (!known || known.ulid === ulid) return 'claimed';
      return known.digest === digest ? 'duplicate' : 'conflict';
    },
    async putEvents(events) {
      if (events.length > 0) step('putEvents');
      log.push(...events);
    },
    async sendToLanes(all) {
      if (all.length > 0) step('sendToLanes');
      deliveries.push(...all);
    },
    async sendBack(messages) {
      if (messages.length > 0) step('sendBack');
      back.push(...messages);
    },
    async sendToDeadLetters(messages) {
      if (messages.length > 0) step('sendToDeadLetters');
      dead.push(...messages);
    },
  };

  return {
    deps,
    claims,
    payloads,
    log,
    deliveries,
    back,
    dead,
    /** Subscriptions that no index holds: paused ones, and those whose filter is switched off. */
    outsideIndexes,
    /** Tenants whose configuration was read, and keys of payloads that were. */
    reads,
    steps,
    clock,
    fault,
    /** Gives a tenant one subscription for each of these filters, which match every event by default. */
    configure(tenant: string, filters: Partial<FilterParts>[], bytes = 1000): void {
      tenants.set(tenant, { version: (tenants.get(tenant)?.version ?? 0) + 1, filters, bytes });
    },
    /** One invocation. @returns what it printed, with its error as `result` */
    run: (
      messages: readonly EventsMessage[],
      share: Partial<Share> = {},
    ): Promise<Printed & { readonly result: unknown }> =>
      printedBy(() => fanOut(deps, messages, createBudget({ ...ALL, ...share }))),
    /** The deliveries made, as `event subscription`. */
    delivered: (): string[] => deliveries.map(({ event, subscription }) => `${event.id} ${subscription}`),
  };
}

/** Ids in the order of their numbers. */
export const subscriptionId = (i: number): string => `sub_${String(i).padStart(4, '0')}`;
