import { expect, it } from 'vitest';
import type { ManageDeps } from '../../../lambdas/manage/deps.ts';
import { listedOnce } from '../../../lambdas/manage/dry-deps.ts';

it('calls that are tried together read a whole list, and count it, once', async () => {
  const asked: string[] = [];
  const subscriptions = {
    async *all(_: string, options?: object) {
      asked.push(options ? 'some' : 'all');
      yield { id: 'sub_1' };
      yield { id: 'sub_2' };
    },
    async refuseBeyondLimit() {
      asked.push('count');
      throw new Error('as many as there may be');
    },
  };
  const deps = listedOnce({ subscriptions } as unknown as ManageDeps);
  const lists = [1, 2, 3].map(() => Array.fromAsync(deps.subscriptions.all('ten_1')));
  expect(await Promise.all(lists)).toEqual(Array(3).fill([{ id: 'sub_1' }, { id: 'sub_2' }]));
  const counts = [1, 2].map((n) => deps.subscriptions.refuseBeyondLimit('ten_1', `sub_${n}`));
  for (const count of counts) await expect(count).rejects.toThrow('as many as there may be');
  // A list that ends early, as one that asks whether there is any does, leaves the others whole.
  for await (const _ of deps.subscriptions.all('ten_1')) break;
  expect(await Array.fromAsync(deps.subscriptions.all('ten_1', { after: 'sub_0' }))).toHaveLength(2);
  expect(asked).toEqual(['all', 'count', 'some']);
});
