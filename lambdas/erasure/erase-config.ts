import { keyUseKeys } from '../access/key-use-store.ts';
import { addressKey, configKey, idOfKey, type Kind } from '../config/config-keys.ts';
import { healthPartition } from '../endpoint-health/health-store.ts';
import { alertPartition } from '../notifications/alert-claim-store.ts';
import { deleteAll, type Item, queryPages } from '../platform/dynamo.ts';
import { ratePartition } from '../rate-limit/rate-slot-store.ts';
import { jobPartition } from '../replay/replay-job-store.ts';
import { challengePartition } from '../targets/challenge-store.ts';
import type { Key } from '../values/item-key.ts';
import { type Lead, noteLeads } from './erasure-store.ts';

/** Where a tenant's configuration is, and what is kept about its erasure. */
export interface ConfigTables {
  readonly config: string;
  readonly state: string;
}

/** Four batches of writes; a run that is out of time stops between two pages. */
const PAGE = 100;

/**
 * Without its target nothing is sent any more, without its filter nothing is matched. Then the keys, which stopped
 * working when the deletion began.
 */
const ORDER: readonly Kind[] = ['target', 'filter', 'key', 'subscription'];

/** Deletes all that a tenant has configured, and what is known of its targets. @yields items deleted */
export async function* eraseConfig(tables: ConfigTables, tenant: string): AsyncGenerator<number> {
  const { pk } = configKey(tenant, 'target', '');
  for (const kind of ORDER) {
    for await (const page of pagesOf(tables.config, pk, configKey(tenant, kind, '').sk)) {
      await eraseWhatHangsOn(tables, tenant, kind, page);
      yield await erase(tables.config, page);
    }
  }
  // The rest in any order, kinds that later releases add among it.
  for await (const page of pagesOf(tables.config, pk)) yield await erase(tables.config, page);
  for (const partition of STATE_PARTITIONS) {
    for await (const page of pagesOf(tables.state, partition(tenant))) yield await erase(tables.state, page);
  }
  for await (const page of pagesOf(tables.state, jobPartition(tenant))) {
    yield await erase(tables.state, page);
  }
}

/** What is known of its targets: what became of challenges, how they do, their rate limits, what was told of them. */
const STATE_PARTITIONS = [challengePartition, healthPartition, ratePartition, alertPartition];

type ConfigItem = Key & Item;

const pagesOf = (table: string, pk: string, sk?: string): AsyncGenerator<ConfigItem[]> =>
  queryPages(
    {
      TableName: table,
      KeyConditionExpression: sk ? 'pk = :pk AND begins_with(sk, :sk)' : 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk, ...(sk && { ':sk': sk }) },
      ConsistentRead: true,
    },
    PAGE,
  );

/** @returns how many */
async function erase(table: string, page: readonly Key[]): Promise<number> {
  await deleteAll(
    table,
    page.map(({ pk, sk }) => ({ pk, sk })),
  );
  return page.length;
}

/** What else is stored of these things; afterwards nobody would know of it. */
async function eraseWhatHangsOn(
  { config, state }: ConfigTables,
  tenant: string,
  kind: Kind,
  page: readonly ConfigItem[],
): Promise<void> {
  const ids = page.map(({ sk }) => idOfKey(sk));
  if (kind === 'target') await noteLeads(state, tenant, ids.map(targetLead));
  if (kind === 'key') await deleteAll(state, keyUseKeys(ids));
  if (kind === 'subscription') {
    const targets = new Set(page.flatMap(({ targetId }) => (typeof targetId === 'string' ? targetId : [])));
    await noteLeads(state, tenant, [...ids.map(subscriptionLead), ...[...targets].map(targetLead)]);
    await deleteAll(config, ids.map(addressKey));
  }
}

const targetLead = (id: string): Lead => ({ kind: 'target', id });
const subscriptionLead = (id: string): Lead => ({ kind: 'subscription', id });
