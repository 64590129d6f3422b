import type { Subscription } from '../domain/config.ts';
import { addressKey, configKey, type Kind } from '../domain/config-keys.ts';
import type { Key } from '../domain/log-keys.ts';
import { deleteAll, queryPages } from './dynamo.ts';
import { type Lead, noteLeads } from './erasure-store.ts';
import { keyUseKeys } from './key-use.ts';

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

/** Deletes all that a tenant has configured, page by page. @yields items deleted */
export async function* eraseConfig(tables: ConfigTables, tenant: string): AsyncGenerator<number> {
  const { pk } = configKey(tenant, 'target', '');
  for (const kind of ORDER) {
    const { sk } = configKey(tenant, kind, '');
    yield* erasePages(tables, tenant, pk, kind, sk);
  }
  // The rest in any order, kinds that later releases add among it.
  yield* erasePages(tables, tenant, pk, undefined, undefined);
}

type ConfigItem = Key & Pick<Subscription, 'id' | 'targetId'>;

async function* erasePages(
  tables: ConfigTables,
  tenant: string,
  pk: string,
  kind: Kind | undefined,
  sk: string | undefined,
): AsyncGenerator<number> {
  const query = {
    TableName: tables.config,
    KeyConditionExpression: sk ? 'pk = :pk AND begins_with(sk, :sk)' : 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk, ...(sk && { ':sk': sk }) },
    ConsistentRead: true,
  };
  for await (const page of queryPages<ConfigItem>(query, PAGE)) {
    await eraseWhatHangsOn(tables, tenant, kind, page);
    await deleteAll(
      tables.config,
      page.map((item) => ({ pk: item.pk, sk: item.sk })),
    );
    yield page.length;
  }
}

/** What else is stored of these things; afterwards nobody would know of it. */
async function eraseWhatHangsOn(
  { config, state }: ConfigTables,
  tenant: string,
  kind: Kind | undefined,
  page: readonly ConfigItem[],
): Promise<void> {
  const ids = page.map(({ id }) => id);
  if (kind === 'target') await noteLeads(state, tenant, ids.map(targetLead));
  if (kind === 'key') await deleteAll(state, keyUseKeys(ids));
  if (kind === 'subscription') {
    const targets = new Set(page.map(({ targetId }) => targetId));
    await noteLeads(state, tenant, [...ids.map(subscriptionLead), ...[...targets].map(targetLead)]);
    await deleteAll(config, ids.map(addressKey));
  }
}

const targetLead = (id: string): Lead => ({ kind: 'target', id });
const subscriptionLead = (id: string): Lead => ({ kind: 'subscription', id });
