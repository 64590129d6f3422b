import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EndpointHealth,
  isNews,
  type Observation,
  observe,
} from '../../../lambdas/endpoint-health/health.ts';
import { TROUBLED_INDEX, type TroubleKind } from '../../../lambdas/targets/troubled-index.ts';
import type { TargetRef } from '../../../lambdas/values/target-ref.ts';
import { runs } from '../../helpers/runs.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { changeHealth, healthPartition, readHealth } = await import(
  '../../../lambdas/endpoint-health/health-store.ts'
);
const { countTroubled, scanTroubled } = await import('../../../lambdas/endpoint-health/troubled-store.ts');
const { forgetChallenge, getChallengeResult, openChallenge, putChallengeResult } = await import(
  '../../../lambdas/targets/challenge-store.ts'
);

const TABLE = 'troubled-state';
const NOW = 1_795_000_000_000;
const AT = new Date(NOW).toISOString();
const MINUTE_MS = 60_000;
const WELL: EndpointHealth = { failed: 0, ok: 1, countedSince: NOW, provenAt: NOW };
const FAILING = { ...WELL, failingSince: NOW - 1 };
const DISABLED = { ...FAILING, disabled: { at: NOW, reason: 'gone' as const } };

beforeAll(async () => {
  await createTable(dynamo, TABLE, [TROUBLED_INDEX]);
});

const set = (ref: TargetRef, health: EndpointHealth) => changeHealth(TABLE, ref, undefined, () => health);
const list = async (tenant: string, kinds: readonly TroubleKind[]): Promise<string[]> =>
  (await scanTroubled(TABLE, { kinds, tenant, limit: 100 })).refs.map(({ target }) => target);

async function stored({ tenant, target }: TargetRef): Promise<Record<string, unknown> | undefined> {
  const Key = { pk: healthPartition(tenant), sk: target };
  return (await dynamo.send(new GetCommand({ TableName: TABLE, Key }))).Item;
}

describe('the index of targets in trouble (A13)', () => {
  it('has a target while it is in trouble, under its kind, and says nothing of it elsewhere', async () => {
    const ref = { tenant: 'ten_A', target: 'tgt_1' };
    await set(ref, WELL);
    expect(await list('ten_A', ['passing', 'disabled', 'off', 'unverified'])).toEqual([]);
    await set(ref, FAILING);
    expect(await list('ten_A', ['passing'])).toEqual(['tgt_1']);
    expect([...(await readHealth(TABLE, [ref])).values()]).toEqual([{ ...FAILING, revision: 2 }]);
    await set(ref, DISABLED);
    expect([await list('ten_A', ['passing']), await list('ten_A', ['disabled'])]).toEqual([[], ['tgt_1']]);
    await set(ref, { ...WELL, switchedOff: true });
    expect(await list('ten_A', ['disabled', 'off'])).toEqual(['tgt_1']);
    expect(await list('ten_B', ['off'])).toEqual([]);
    await set(ref, WELL);
    expect(await list('ten_A', ['passing', 'disabled', 'off'])).toEqual([]);
  });

  it('has a challenge until it is passed, or forgotten', async () => {
    const ref = { tenant: 'ten_C', target: 'tgt_1' };
    await openChallenge(TABLE, ref, { token: '01A', at: AT });
    expect(await getChallengeResult(TABLE, ref)).toEqual({
      token: '01A',
      passed: false,
      pending: true,
      at: NOW,
    });
    expect(await list('ten_C', ['unverified'])).toEqual(['tgt_1']);
    await putChallengeResult(TABLE, ref, { token: '01A', passed: false, problem: 'status 404', at: NOW });
    expect(await list('ten_C', ['unverified'])).toEqual(['tgt_1']);
    await putChallengeResult(TABLE, ref, { token: '01A', passed: true, at: NOW });
    expect(await list('ten_C', ['unverified'])).toEqual([]);
    await openChallenge(TABLE, ref, { token: '01B', at: AT });
    expect(await list('ten_C', ['unverified'])).toEqual(['tgt_1']);
    await forgetChallenge(TABLE, ref);
    expect(await list('ten_C', ['unverified'])).toEqual([]);
  });

  it('is not written for a target that does well, and once while one goes on failing', async () => {
    const ref = { tenant: 'ten_W', target: 'tgt_1' };
    let now = NOW;
    let written = 0;
    let indexed = 0;
    let keys: unknown;
    const note = async (about: Partial<Observation>): Promise<void> => {
      const seen = { ok: 0, failed: 0, rejected: 0, silent: 0, isSlow: false, isGone: false, ...about };
      now += 1000;
      const before = (await readHealth(TABLE, [ref])).values().next().value;
      if (!isNews(before, seen, now, 1e12)) return;
      await changeHealth(TABLE, ref, before, (known) => observe(known, seen, now, 1e12));
      written++;
      const item = await stored(ref);
      const present = [item?.[TROUBLED_INDEX.pk], item?.[TROUBLED_INDEX.sk]].join();
      if (present !== (keys ?? ',')) indexed++;
      keys = present;
    };
    for (let i = 0; i < 50; i++) await note({ ok: 1 });
    // The proof that it answers fast.
    expect([written, indexed]).toEqual([1, 0]);
    for (let i = 0; i < 9; i++) await note({ failed: 1 });
    expect([written, indexed]).toEqual([10, 1]);
    // It is slow for a minute more; the first success after that takes it out.
    await note({ ok: 1 });
    now += MINUTE_MS;
    for (let i = 0; i < 50; i++) await note({ ok: 1 });
    expect([written, indexed]).toEqual([12, 2]);
  });

  it('puts what older code has left without keys, or with them, right with the next write', async () => {
    const ref = { tenant: 'ten_O', target: 'tgt_1' };
    const Item = { pk: healthPartition('ten_O'), sk: 'tgt_1', ...FAILING, revision: 1 };
    await dynamo.send(new PutCommand({ TableName: TABLE, Item }));
    expect(await list('ten_O', ['passing'])).toEqual([]);
    await set(ref, { ...FAILING, failed: 1 });
    expect(await list('ten_O', ['passing'])).toEqual(['tgt_1']);
    const travelled = { ...(await stored(ref)), failingSince: undefined, failed: 0 };
    await dynamo.send(new PutCommand({ TableName: TABLE, Item: travelled }));
    const [known] = (await readHealth(TABLE, [ref])).values();
    await changeHealth(TABLE, ref, known, (health) => health && { ...health, ok: 9 });
    expect(await list('ten_O', ['passing'])).toEqual([]);
  });

  it('gets what older code has left when somebody looks at the target', async () => {
    const ref = { tenant: 'ten_M', target: 'tgt_1' };
    const Item = { pk: healthPartition('ten_M'), sk: 'tgt_1', ...DISABLED, revision: 1 };
    await dynamo.send(new PutCommand({ TableName: TABLE, Item }));
    await readHealth(TABLE, [ref]);
    expect(await list('ten_M', ['disabled'])).toEqual([]);
    const [seen] = (await readHealth(TABLE, [ref], { mend: true })).values();
    expect(seen).toEqual({ ...DISABLED, revision: 1 });
    expect(await list('ten_M', ['disabled'])).toEqual(['tgt_1']);
    await readHealth(TABLE, [ref], { mend: true });
    // Once is enough.
    expect(await stored(ref)).toMatchObject({ ...DISABLED, revision: 2 });
  });
});

describe('a list of targets in trouble', () => {
  const tenants = ['ten_0001', 'ten_0002', 'ten_0003'];
  const refs = tenants.flatMap((tenant) => [1, 2, 3, 4].map((n) => ({ tenant, target: `tgt_${n}` })));
  const isOlder = (a: TargetRef, b: TargetRef) =>
    `${a.tenant}#${a.target}` < `${b.tenant}#${b.target}` ? -1 : 1;

  beforeAll(async () => {
    for (const ref of refs) await set(ref, ref.target === 'tgt_4' ? DISABLED : FAILING);
    for (const ref of refs)
      if (ref.target === 'tgt_1') await openChallenge(TABLE, ref, { token: '01A', at: AT });
  });

  it('shows each target once and in order, page by page, of one tenant or of all', async () => {
    const all = async (tenant: string | undefined, limit: number, newestFirst: boolean) => {
      const found: TargetRef[] = [];
      let after: TargetRef | undefined;
      do {
        const kinds = ['passing', 'unverified'] as const;
        const page = await scanTroubled(TABLE, { kinds, tenant, after, limit, newestFirst });
        expect(page.refs.length).toBeLessThanOrEqual(limit);
        found.push(...page.refs);
        after = page.next;
      } while (after);
      return found.filter((ref) => tenants.includes(ref.tenant));
    };
    const how = fc.record({
      tenant: fc.option(fc.constantFrom(...tenants), { nil: undefined }),
      limit: fc.integer({ min: 1, max: 20 }),
      newestFirst: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(how, async ({ tenant, limit, newestFirst }) => {
        const expected = refs
          .filter((ref) => ref.target !== 'tgt_4' && (!tenant || ref.tenant === tenant))
          .sort(isOlder);
        expect(await all(tenant, limit, newestFirst)).toEqual(newestFirst ? expected.reverse() : expected);
      }),
      { numRuns: runs(15) },
    );
  });

  it('is counted by tenant and state, what is over left out', async () => {
    const over = { tenant: 'ten_0002', target: 'tgt_5' };
    await set(over, { ...WELL, slowUntil: NOW - 1 });
    await set({ tenant: 'ten_0002', target: 'tgt_6' }, { ...WELL, slowUntil: NOW + 1 });
    await set({ tenant: 'ten_0002', target: 'tgt_7' }, { ...WELL, switchedOff: true });
    const none = { disabled: 0, unverified: 0, open: 0, paused: 0, failing: 0, slow: 0 };
    const some = { ...none, disabled: 1, unverified: 1, failing: 3 };
    const { byTenant, total, isCut } = await countTroubled(TABLE, NOW, {
      first: 'ten_0002',
      last: 'ten_0003',
    });
    expect(byTenant).toEqual(
      new Map([
        ['ten_0002', { ...some, slow: 1 }],
        ['ten_0003', some],
      ]),
    );
    expect(total).toEqual({ ...none, disabled: 2, unverified: 2, failing: 6, slow: 1 });
    expect(isCut).toBe(false);
    expect([...(await countTroubled(TABLE, NOW)).byTenant.keys()]).toEqual(expect.arrayContaining(tenants));
  });
});
