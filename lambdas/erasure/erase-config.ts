import { keyUseKeys } from '../access/key-use-store.ts';
import { failingTargetsOf } from '../alerting/failing-targets-store.ts';
import { mailPartition } from '../alerting/mail-allowance-store.ts';
import { watchedRuleKey } from '../alerting/rule-state-store.ts';
import { addressKey, configKey, idOfKey, type Kind } from '../config/config-keys.ts';
import { healthPartition } from '../endpoint-health/health-store.ts';
import { listenersOf, relayPartition } from '../listeners/listener-keys.ts';
import { connectionKeysAmong, framesPartition, livePartition } from '../live/live-keys.ts';
import { alertPartition } from '../notifications/alert-claim-store.ts';
import { ratePartition } from '../rate-limit/rate-slot-store.ts';
import { jobPartition } from '../replay/replay-job-store.ts';
import { challengePartition } from '../targets/challenge-store.ts';
import type { Lead } from './erasure-store.ts';
import type { AnyItem, ErasableTable } from './item-pages-store.ts';

export interface EraseConfigDeps {
  readonly config: ErasableTable;
  readonly state: ErasableTable;
  readonly leads: { noteLeads(tenant: string, leads: readonly Lead[]): Promise<void> };
}

/**
 * Without its target nothing is sent any more, without its filter nothing is matched. Then the keys, which stopped
 * working when the deletion began. A rule whose state is gone is judged no more.
 */
const ORDER: readonly Kind[] = ['target', 'filter', 'key', 'subscription', 'alert-rule'];

/** In the state table: challenge results, endpoint health, rate slots and claims of alerts, all by target; replay jobs; frames; mails; requests of listeners. */
const STATE_PARTITIONS = [
  challengePartition,
  healthPartition,
  ratePartition,
  alertPartition,
  jobPartition,
  framesPartition,
  mailPartition,
  relayPartition,
];

/** Deletes a tenant's configuration, and what is known of its targets. @yields items deleted */
export async function* eraseConfig(deps: EraseConfigDeps, tenant: string): AsyncGenerator<number> {
  const { config, state } = deps;
  const { pk } = configKey(tenant, 'target', '');
  for (const kind of ORDER) {
    for await (const page of config.pagesOf(pk, { sk: configKey(tenant, kind, '').sk })) {
      await eraseDependents(deps, tenant, kind, page);
      yield await config.deleteItems(page);
    }
  }
  // The rest in any order, with kinds that later releases add.
  for await (const page of config.pagesOf(pk)) yield await config.deleteItems(page);
  for (const partition of STATE_PARTITIONS) {
    for await (const page of state.pagesOf(partition(tenant))) yield await state.deleteItems(page);
  }
  for (const { pk: among, sk } of [failingTargetsOf(tenant), listenersOf(tenant)]) {
    for await (const page of state.pagesOf(among, { sk })) yield await state.deleteItems(page);
  }
  for await (const page of state.pagesOf(livePartition(tenant))) {
    yield await state.deleteItems([...connectionKeysAmong(page), ...page]);
  }
}

/** Deletes what only these items lead to. Where that takes longer, it notes a lead: the id by which it is found later. */
async function eraseDependents(
  { config, state, leads }: EraseConfigDeps,
  tenant: string,
  kind: Kind,
  page: readonly AnyItem[],
): Promise<void> {
  const ids = page.map(({ sk }) => idOfKey(sk));
  if (kind === 'target') await leads.noteLeads(tenant, ids.map(targetLead));
  if (kind === 'key') await state.deleteItems(keyUseKeys(ids));
  if (kind === 'alert-rule') {
    await state.deleteItems(ids.map((rule) => watchedRuleKey({ tenant, rule })));
  }
  if (kind === 'subscription') {
    const targets = new Set(page.flatMap(({ targetId }) => (typeof targetId === 'string' ? targetId : [])));
    await leads.noteLeads(tenant, [...ids.map(subscriptionLead), ...[...targets].map(targetLead)]);
    await config.deleteItems(ids.map(addressKey));
  }
}

const targetLead = (id: string): Lead => ({ kind: 'target', id });
const subscriptionLead = (id: string): Lead => ({ kind: 'subscription', id });
