import { expect, it } from 'vitest';
import { remembered } from '../../../lambdas/platform/remembered.ts';
import { Fault } from '../../builders/faults.ts';

it('what was read is answered until it is too old, and a failure is not kept', async () => {
  let now = 0;
  let reads = 0;
  let isAway = false;
  const read = remembered(
    async () => {
      reads++;
      if (isAway) throw new Fault('away');
      return reads;
    },
    10,
    () => now,
  );
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  now = 10;
  expect(await read()).toBe(1);
  now = 11;
  isAway = true;
  await expect(read()).rejects.toThrow('away');
  isAway = false;
  expect(await read()).toBe(3);
  now = 21;
  expect(await read()).toBe(3);
});
