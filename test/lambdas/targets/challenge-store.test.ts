import { beforeAll, expect, it } from 'vitest';
import { createTable, startDynamo } from '../../helpers/table.ts';

const { dynamo } = await startDynamo();
const { getChallengeResult, putChallengeResult } = await import(
  '../../../lambdas/targets/challenge-store.ts'
);

const TABLE = 'challenge-state';
const RESULT = { token: '01B', passed: false, at: 2 };

beforeAll(async () => {
  await createTable(dynamo, TABLE);
});

it.each([
  { known: undefined, isWritten: true },
  { known: { token: '01A', passed: false, at: 1 }, isWritten: true },
  { known: { token: '01A', passed: true, at: 1 }, isWritten: true },
  { known: { token: '01B', passed: false, at: 1 }, isWritten: true },
  { known: { token: '01B', passed: true, at: 1 }, isWritten: false },
  { known: { token: '01C', passed: false, at: 1 }, isWritten: false },
  { known: { token: '01C', passed: true, at: 1 }, isWritten: false },
])('a result beside $known is written: $isWritten', async ({ known, isWritten }) => {
  const ref = { tenant: 't', target: JSON.stringify(known ?? 'none') };
  if (known) await putChallengeResult(TABLE, ref, known);
  await putChallengeResult(TABLE, ref, RESULT);
  expect(await getChallengeResult(TABLE, ref)).toEqual(isWritten ? RESULT : known);
});
