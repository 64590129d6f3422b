import { expect, it } from 'vitest';
import { finish } from '../../../lambdas/fanout/in-slices.ts';

function* counted(seen: string[]): Generator<void, number> {
  for (let i = 0; i < 3; i++) {
    seen.push(`slice ${i}`);
    yield;
  }
  return 3;
}

it.each([
  ['at once', ['slice 0', 'slice 1', 'slice 2', 'other']],
  ['in background', ['slice 0', 'other', 'slice 1', 'slice 2']],
] as const)('work %s leaves others their turn accordingly', async (pace, order) => {
  const seen: string[] = [];
  const other = new Promise<void>((resolve) => {
    setImmediate(() => {
      seen.push('other');
      resolve();
    });
  });
  expect(await finish(counted(seen), pace)).toBe(3);
  await other;
  expect(seen).toEqual(order);
});
