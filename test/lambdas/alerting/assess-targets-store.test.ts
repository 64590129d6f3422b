import { beforeAll, expect, it } from 'vitest';
import { configKey } from '../../../lambdas/config/config-keys.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { ulidSource } from '../../../lambdas/values/ids.ts';
import { outcomeOf } from '../../builders/deliveries.ts';
import { targetOf } from '../../builders/entities.ts';
import { inMemoryNotifier } from '../../builders/notifications.ts';
import { quietly } from '../../helpers/printed.ts';
import { countRequests } from '../../helpers/requests.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

/** What a run asks of DynamoDB, with the stores that it has in AWS. docs/decisions/50 has its price. */
const { dynamo } = await startDynamo();
const { assessTargets } = await import('../../../lambdas/alerting/assess-targets.ts');
const failingTargetsStore = await import('../../../lambdas/alerting/failing-targets-store.ts');
const failingTenantsStore = await import('../../../lambdas/stats/failing-tenants-store.ts');
const statsStore = await import('../../../lambdas/stats/stats-store.ts');
const { loadTargets } = await import('../../../lambdas/targets/target-store.ts');
const { readHealth } = await import('../../../lambdas/endpoint-health/health-store.ts');
const { readTenants } = await import('../../../lambdas/tenants/tenant-store.ts');
const { bind } = await import('../../../lambdas/platform/bind.ts');
const { putAll } = await import('../../../lambdas/platform/dynamo.ts');

const TABLE = 'assess';
const MINUTE = 60_000;
/** Twenty minutes past the hour. */
const AT = Date.UTC(2026, 10, 21, 12, 20, 30);
const TENANTS = 12;
const ulidAt = ulidSource();
const requestsOf = countRequests();
const { notifier, events, alerts } = inMemoryNotifier();
let now = AT;

const { forgetFailing, listFailing, putFailing } = failingTargetsStore;
const { readFailing, readSlots, countOutcomes, countingMemory } = statsStore;
const { tenantsWithFailures } = failingTenantsStore;

const deps = {
  limits: { share: 0.1, attempts: 20 },
  now: () => now,
  notifier,
  stats: bind({ readFailing, readSlots, tenantsWithFailures }, TABLE),
  failing: bind({ forgetFailing, listFailing, putFailing }, TABLE),
  targets: bind({ loadTargets }, TABLE),
  health: bind({ readHealth }, TABLE),
  tenants: bind({ readTenants }, TABLE),
};

const assess = (): Promise<number> => requestsOf(() => quietly(() => assessTargets(deps, () => false)));

const tenantOf = (n: number): string => `ten_${n}`;
const targetIdOf = (n: number): string => `tgt_${n}`;

/** Of 30 attempts of each target, so many failed. */
async function attempt(failed: number): Promise<void> {
  const all = Array.from({ length: TENANTS }, (_, n) =>
    Array.from({ length: 30 }, (_, i): Outcome => {
      const answered = { at: now, ms: 40, status: i < failed ? 503 : 200 };
      return outcomeOf({
        tenant: tenantOf(n),
        target: targetIdOf(n),
        at: now,
        event: { id: 'e', ulid: ulidAt(now - 100), type: 'a' },
        status: i < failed ? 'retrying' : 'delivered',
        attempts: [answered],
      });
    }),
  );
  const memory = countingMemory();
  for (const outcomes of all) await countOutcomes(TABLE, memory, outcomes);
}

beforeAll(async () => {
  await createTable(dynamo, TABLE);
  const targets = Array.from({ length: TENANTS }, (_, n) => ({
    ...configKey(tenantOf(n), 'target', targetIdOf(n)),
    ...targetOf({ id: targetIdOf(n), url: 'https://example.com/hook' }),
  }));
  await putAll(TABLE, targets);
});

it('an idle run asks two times, and three in the first quarter of an hour (D14)', async () => {
  expect(await assess()).toBe(2);
  now = AT - 10 * MINUTE;
  expect(await assess()).toBe(3);
  now = AT;
});

it('a target that fails costs a run two requests; one that is new, or over, is read and written by batches (D14)', async () => {
  await attempt(10);
  // Three batches of reads: targets, their health, their tenants; one of writes, and one when all is told.
  expect(await assess()).toBe(2 + 2 * TENANTS + 3 + 2);
  expect(events).toHaveLength(TENANTS);
  expect(alerts).toHaveLength(1);

  // Each tenant's failing targets, and the counters of those that are known.
  expect(await assess()).toBe(2 + 2 * TENANTS);
  expect([events.length, alerts.length]).toEqual([TENANTS, 1]);

  now = AT + 31 * MINUTE;
  await attempt(0);
  expect(await assess()).toBe(2 + 2 * TENANTS + 3 + 1 + TENANTS);
  expect(events).toHaveLength(2 * TENANTS);
  expect(await listFailing(TABLE)).toEqual([]);
  // They had failures in this hour; their counters show that it is over.
  expect(await assess()).toBe(2 + 2 * TENANTS);
});
