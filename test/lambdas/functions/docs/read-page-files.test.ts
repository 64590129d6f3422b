import { expect, it } from 'vitest';
import { remembered } from '../../../../lambdas/functions/docs/read-page-files.ts';

it('what was made is remembered, a failure is not (C7)', async () => {
  let calls = 0;
  const make = remembered(async (name) => {
    calls++;
    if (calls === 1) throw new Error('a bad moment');
    return `${name} ${calls}`;
  });
  const both = await Promise.allSettled([make('a'), make('a')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(calls).toBe(1);
  expect(await make('a')).toBe('a 2');
  expect(await make('a')).toBe('a 2');
  expect(await make('b')).toBe('b 3');
});
