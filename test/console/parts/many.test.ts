import { expect, test } from 'vitest';
import { eachOf, failureText } from '../../../console/parts/many.ts';

test('calls go out a few at a time, and one that fails holds up no other', async () => {
  let running = 0;
  let most = 0;
  const steps: number[] = [];
  const done = await eachOf(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    async (n) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      if (n % 4 === 0) throw new Error('gone');
    },
    (finished) => steps.push(finished),
  );
  expect(most).toBe(4);
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(done.failed.map(({ thing }) => thing)).toEqual([4, 8]);
  expect(failureText(done, 10, (error) => (error as Error).message)).toBe('2 of 10 failed: gone (2 times)');
});

test('nothing to say of what worked', async () => {
  expect(failureText(await eachOf([1], async () => {}), 1, String)).toBeUndefined();
});
