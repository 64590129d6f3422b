import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import type { Known } from '../../../lambdas/alerting/failing-targets-store.ts';
import { printedBy } from '../../helpers/printed.ts';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { failingTargetsOf, forgetFailing, listFailing, putFailing, readFailingTarget } = await import(
  '../../../lambdas/alerting/failing-targets-store.ts'
);
const { pagesOf } = await import('../../../lambdas/erasure/item-pages-store.ts');

const AT = Date.UTC(2026, 10, 21, 12);

const knownOf = (tenant: string, target: string): Known => ({
  tenant,
  target,
  since: AT,
  foundAt: AT + 1,
  attempts: 30,
  failedAttempts: 10,
  failures: [{ name: '503', failedAttempts: 10 }],
  forTenant: true,
});

const tableOf = async (TableName: string): Promise<string> => {
  await createTable(dynamo, TableName);
  return TableName;
};

let table: string;
beforeAll(async () => {
  table = await tableOf('failing-targets-state');
});

it('targets that fail are listed whole, for all tenants, and each is found by itself (D14)', async () => {
  const all = [knownOf('ten_a', 'tgt_1'), knownOf('ten_a', 'tgt_2'), knownOf('ten_ab', 'tgt_1')];
  await putFailing(table, all);
  expect(await listFailing(table)).toEqual(all);
  const { tenant: _, target: __, ...stored } = all[0]!;
  expect(await readFailingTarget(table, all[0]!)).toMatchObject(stored);
  expect(await readFailingTarget(table, { tenant: 'ten_b', target: 'tgt_1' })).toBeUndefined();

  const told = { ...all[1]!, told: true as const };
  await putFailing(table, [told]);
  await forgetFailing(table, all[0]!);
  await forgetFailing(table, { tenant: 'ten_c', target: 'tgt_1' });
  expect(await listFailing(table)).toEqual([told, all[2]]);

  const { pk, sk } = failingTargetsOf('ten_a');
  const pages = await Array.fromAsync(pagesOf(table, pk, { sk }));
  expect(pages.flat().map((item) => item.sk)).toEqual(['ten_a#tgt_2']);
});

it('what a later release writes is kept, and what is damaged is skipped (D14)', async () => {
  const other = await tableOf('failing-targets-damaged');
  const [whole, damaged] = [knownOf('ten_d', 'tgt_1'), knownOf('ten_d', 'tgt_2')];
  await putFailing(other, [{ ...whole, ofLater: 1 } as Known, damaged]);
  const { pk } = failingTargetsOf('');
  await dynamo.send(
    new PutCommand({ TableName: other, Item: { pk, sk: 'ten_d#tgt_2', since: 'yesterday' } }),
  );
  const { result, warnings } = await printedBy(() => listFailing(other));
  expect(result).toEqual([{ ...whole, ofLater: 1 }]);
  expect(warnings).toMatchObject([{ message: 'item skipped' }]);
});
