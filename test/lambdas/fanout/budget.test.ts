import { expect, it } from 'vitest';
import { ALL, createBudget, LEAST_SHARE } from '../../../lambdas/fanout/budget.ts';

it('gives a single tenant everything', () => {
  expect(createBudget().share(1)).toEqual(ALL);
});

it('leaves what a tenant does not use to the tenants that follow', () => {
  const budget = createBudget();
  expect(budget.share(2).work).toBe(ALL.work / 2);
  budget.spend({ work: 1, bytes: 0, steps: 10 });
  expect(budget.share(1)).toEqual({ work: ALL.work - 1, bytes: ALL.bytes, steps: ALL.steps - 10 });
});

it('leaves each tenant some, whatever others have used', () => {
  const budget = createBudget();
  budget.spend({ work: 5000, bytes: ALL.bytes, steps: ALL.steps * 2 });
  expect(budget.share(3)).toEqual(LEAST_SHARE);
});
