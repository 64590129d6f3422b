import { auditPartition } from '../audit/audit-keys.ts';
import { isProducerId } from '../events/event-id.ts';
import {
  deliveryPartitions,
  eventPartitions,
  formerPartition,
  producerIdKey,
  spreadMarkKey,
  statsKey,
} from '../events/log-keys.ts';
import { counterPartitions, marksBefore } from '../stats/counter-keys.ts';
import type { TargetRef } from '../values/target-ref.ts';
import type { Lead } from './erasure-store.ts';
import type { ErasableTable } from './item-pages-store.ts';

export interface EraseLogDeps {
  readonly log: ErasableTable;
  readonly leads: {
    /** No two may be the same. */
    noteLeads(tenant: string, leads: readonly Lead[]): Promise<void>;
    leadsToFollow(tenant: string, kind: Lead['kind'], isLastSweep: boolean): AsyncIterable<Lead>;
    settleLead(tenant: string, lead: Lead, isLastSweep: boolean): Promise<void>;
  };
  readonly holdQueues: {
    /** @yields how many held deliveries at a time */
    removeHoldQueue(ref: TargetRef): AsyncIterable<number>;
  };
}

/**
 * Deletes a tenant's events, and the items of their producers' ids. The subscriptions that events list are noted first:
 * deliveries are found by them, and they may have been deleted long ago.
 * @yields items deleted
 */
export async function* eraseEvents({ log, leads }: EraseLogDeps, tenant: string): AsyncGenerator<number> {
  const noted = new Set<string>();
  for (const pk of eventPartitions(tenant)) {
    for await (const page of log.pagesOf(pk, { attributes: ['id', 'subs'] })) {
      const reached = new Set(page.flatMap(({ subs }) => textIn(subs)).flatMap((subs) => subs.split(' ')));
      const fresh = [...reached].filter((ulid) => !noted.has(ulid));
      await leads.noteLeads(
        tenant,
        fresh.map((ulid) => ({ kind: 'subscription', id: `sub_${ulid}` })),
      );
      for (const ulid of fresh) noted.add(ulid);
      const claimed = new Set(page.flatMap(({ id }) => textIn(id)).filter(isProducerId));
      await log.deleteItems([...[...claimed].map((id) => producerIdKey(tenant, id)), ...page]);
      yield page.length;
    }
  }
}

/**
 * Deletes deliveries by their subscriptions, then counters and hold queues by their targets: in this order, since a
 * delivery may lead to a target that was deleted long ago.
 * @yields items deleted; 0 after a lead without any, so that a run which is out of time may stop there as well
 */
export async function* eraseDeliveries(
  deps: EraseLogDeps,
  tenant: string,
  isLastSweep: boolean,
): AsyncGenerator<number> {
  const { leads, holdQueues } = deps;
  for (const kind of ['subscription', 'target'] as const) {
    for await (const lead of leads.leadsToFollow(tenant, kind, isLastSweep)) {
      if (kind === 'subscription') yield* eraseDeliveriesOf(deps, tenant, lead.id);
      else {
        yield* eraseCounters(deps, tenant, lead.id);
        yield* erasePartition(deps, formerPartition(tenant, lead.id));
        yield* holdQueues.removeHoldQueue({ tenant, target: lead.id });
      }
      await leads.settleLead(tenant, lead, isLastSweep);
      yield 0;
    }
  }
  yield* eraseCounters(deps, tenant, undefined);
  yield* erasePartition(deps, spreadMarkKey(tenant, '').pk);
}

async function* eraseDeliveriesOf(
  { log, leads }: EraseLogDeps,
  tenant: string,
  subscription: string,
): AsyncGenerator<number> {
  for (const pk of deliveryPartitions(tenant, subscription)) {
    for await (const page of log.pagesOf(pk, { attributes: ['target'] })) {
      const targets = new Set(page.flatMap(({ target }) => textIn(target)));
      const found = [...targets].map((id): Lead => ({ kind: 'target', id }));
      await leads.noteLeads(tenant, found);
      yield await log.deleteItems(page);
    }
  }
}

async function* eraseCounters(
  deps: EraseLogDeps,
  tenant: string,
  target: string | undefined,
): AsyncGenerator<number> {
  for (const pk of [statsKey(tenant, target, '').pk, ...counterPartitions(tenant, target)]) {
    yield* erasePartition(deps, pk);
  }
}

async function* erasePartition({ log }: EraseLogDeps, pk: string): AsyncGenerator<number> {
  for await (const page of log.pagesOf(pk, { attributes: [] })) yield await log.deleteItems(page);
}

/** Deletes the marks that it had failures, which expire within hours. They are few, and whether they are there is not known. */
export const eraseMarks = (
  { log }: Pick<EraseLogDeps, 'log'>,
  tenant: string,
  now: number,
): Promise<number> => log.deleteItems(marksBefore(tenant, now));

/** Deletes who changed what. Administrators keep who did what to the tenant, without its data. @yields items deleted */
export async function* eraseAudit(
  { log }: Pick<EraseLogDeps, 'log'>,
  tenant: string,
): AsyncGenerator<number> {
  for await (const page of log.pagesOf(auditPartition(tenant), { attributes: [] })) {
    yield await log.deleteItems(page);
  }
}

/** Items that nothing can read are deleted as well. */
const textIn = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);
