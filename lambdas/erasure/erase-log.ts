import { isProducerId } from '../events/event-id.ts';
import { deliveryPartitions, eventPartitions, producerIdKey, statsKey } from '../events/log-keys.ts';
import { removeHoldQueue } from '../hold-queue/hold-queue-store.ts';
import { deleteAll, type Item, queryPages } from '../platform/dynamo.ts';
import type { Key } from '../values/item-key.ts';
import { type Lead, leadsToFollow, noteLeads, settleLead } from './erasure-store.ts';

/** Where a tenant's log is, and what is kept about its erasure. */
export interface LogTables {
  readonly log: string;
  readonly state: string;
}

/** Four batches of writes; a run that is out of time stops between two pages. */
const PAGE = 100;

/**
 * Deletes a tenant's events, with what their producers' ids lead to. The subscriptions that they list are noted
 * first: their deliveries are found by them, and they may have been deleted long ago.
 * @yields items deleted
 */
export async function* eraseEvents({ log, state }: LogTables, tenant: string): AsyncGenerator<number> {
  const noted = new Set<string>();
  for (const pk of eventPartitions(tenant)) {
    for await (const page of itemsOf(log, pk, 'pk, sk, id, subs')) {
      const reached = new Set(page.flatMap(({ subs }) => textIn(subs)).flatMap((subs) => subs.split(' ')));
      const fresh = [...reached].filter((ulid) => !noted.has(ulid));
      await noteLeads(
        state,
        tenant,
        fresh.map((ulid) => ({ kind: 'subscription', id: `sub_${ulid}` })),
      );
      for (const ulid of fresh) noted.add(ulid);
      const claimed = new Set(page.flatMap(({ id }) => textIn(id)).filter(isProducerId));
      await deleteAll(log, [...[...claimed].map((id) => producerIdKey(tenant, id)), ...page.map(keyOf)]);
      yield page.length;
    }
  }
}

/**
 * Deletes deliveries by their subscriptions, then counters and waiting rooms by their targets: in this order, since a
 * delivery may lead to a target that was deleted long ago.
 * @yields items deleted; 0 where nothing was found, which a run that is out of time may stop at as well
 */
export async function* eraseDeliveries(
  tables: LogTables,
  tenant: string,
  isLastSweep: boolean,
): AsyncGenerator<number> {
  for (const kind of ['subscription', 'target'] as const) {
    for await (const lead of leadsToFollow(tables.state, tenant, kind, isLastSweep)) {
      if (kind === 'subscription') yield* eraseDeliveriesOf(tables, tenant, lead.id);
      else {
        yield* eraseCounters(tables.log, tenant, lead.id);
        yield* removeHoldQueue(tables.state, { tenant, target: lead.id });
      }
      await settleLead(tables.state, tenant, lead, isLastSweep);
      yield 0;
    }
  }
  yield* eraseCounters(tables.log, tenant, undefined);
}

async function* eraseDeliveriesOf(
  { log, state }: LogTables,
  tenant: string,
  subscription: string,
): AsyncGenerator<number> {
  for (const pk of deliveryPartitions(tenant, subscription)) {
    for await (const page of itemsOf(log, pk, 'pk, sk, target')) {
      const targets = new Set(page.flatMap(({ target }) => textIn(target)));
      const leads = [...targets].map((id): Lead => ({ kind: 'target', id }));
      await noteLeads(state, tenant, leads);
      await deleteAll(log, page.map(keyOf));
      yield page.length;
    }
  }
}

async function* eraseCounters(
  log: string,
  tenant: string,
  target: string | undefined,
): AsyncGenerator<number> {
  for await (const page of itemsOf(log, statsKey(tenant, target, '').pk, 'pk, sk')) {
    await deleteAll(log, page.map(keyOf));
    yield page.length;
  }
}

/** Items that nothing can read are deleted as well. */
const textIn = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);

const itemsOf = (log: string, pk: string, ProjectionExpression: string): AsyncGenerator<(Item & Key)[]> =>
  queryPages(
    {
      TableName: log,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ProjectionExpression,
      ConsistentRead: true,
    },
    PAGE,
  );

const keyOf = ({ pk, sk }: Key): Key => ({ pk, sk });
