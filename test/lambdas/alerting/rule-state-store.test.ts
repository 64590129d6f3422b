import { beforeAll, describe, expect, it } from 'vitest';
import { MAILS_A_DAY } from '../../../lambdas/alerting/alert-rule.ts';
import type { Judged } from '../../../lambdas/alerting/rule-state.ts';
import { ulidSource, withPrefix } from '../../../lambdas/values/ids.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { forgetRule, keepJudged, listWatched, readJudged, stopWatching, watchRule } = await import(
  '../../../lambdas/alerting/rule-state-store.ts'
);
const { takeMail } = await import('../../../lambdas/alerting/mail-allowance-store.ts');

const TABLE = 'alert-rules';
const NOW = Date.UTC(2026, 10, 21, 12);
const ulid = ulidSource();
const newRule = (): string => withPrefix('alr', ulid(NOW));
const judgedAs = (state: Judged['state'], revision: number): Judged => ({
  startedAt: 'at',
  state,
  since: NOW,
  value: null,
  checkedAt: NOW,
  calm: 0,
  revision,
  untold: undefined,
});

beforeAll(() => createTable(dynamo, TABLE));

const known = async (rule: string) => (await listWatched(TABLE)).find((one) => one.rule === rule)!;

describe('rules that are watched', () => {
  it('are found, of all tenants, wherever they are kept', async () => {
    const refs = Array.from({ length: 20 }, (_, n) => ({ tenant: `ten_${n % 3}`, rule: newRule() }));
    for (const ref of refs) await watchRule(TABLE, ref, NOW);
    const found = (await listWatched(TABLE)).map(({ tenant, rule }) => `${tenant} ${rule}`);
    expect(found.sort()).toEqual(expect.arrayContaining(refs.map(({ tenant, rule }) => `${tenant} ${rule}`)));
    await forgetRule(TABLE, refs[0]!);
    expect(await known(refs[0]!.rule)).toBeUndefined();
  });

  it('keep what was judged when they are written again, and lose it to no run that was slower', async () => {
    const ref = { tenant: 'ten_a', rule: newRule() };
    await watchRule(TABLE, ref, NOW);
    expect(await readJudged(TABLE, 'ten_a', [ref.rule])).toEqual(new Map());
    const seen = await known(ref.rule);
    expect(await keepJudged(TABLE, seen, judgedAs('ringing', 1))).toBe(true);
    expect(await keepJudged(TABLE, seen, judgedAs('ok', 1))).toBe(false);
    await watchRule(TABLE, ref, NOW + 1);
    expect((await readJudged(TABLE, 'ten_a', [ref.rule])).get(ref.rule)).toMatchObject({
      state: 'ringing',
      value: null,
    });
    expect(await keepJudged(TABLE, await known(ref.rule), judgedAs('ok', 2))).toBe(true);
    // Of another tenant, nothing is there.
    expect(await readJudged(TABLE, 'ten_b', [ref.rule])).toEqual(new Map());
  });

  it('are watched on when they were written since, and not brought back once they are gone', async () => {
    const ref = { tenant: 'ten_a', rule: newRule() };
    await watchRule(TABLE, ref, NOW);
    const seen = await known(ref.rule);
    await watchRule(TABLE, ref, NOW + 1);
    expect(await stopWatching(TABLE, seen)).toBe(false);
    expect(await stopWatching(TABLE, await known(ref.rule))).toBe(true);
    expect(await keepJudged(TABLE, seen, judgedAs('ok', 1))).toBe(false);
    expect(await known(ref.rule)).toBeUndefined();
  });
});

it('mails to a tenant are as many as a day has, also when all are taken at once', async () => {
  const take = (tenant: string, at: number) => takeMail(TABLE, tenant, at);
  const taken = await Promise.all(Array.from({ length: MAILS_A_DAY + 5 }, () => take('ten_a', NOW)));
  expect(taken.toSorted()).toEqual(['last', ...Array(5).fill('none'), ...Array(MAILS_A_DAY - 1).fill('one')]);
  expect([await take('ten_b', NOW), await take('ten_a', NOW + 86_400_000)]).toEqual(['one', 'one']);
});
