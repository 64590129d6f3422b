import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fits, type ListFilters, type Outcome, typeFits } from '../../../../console/parts/delivery/fits.ts';
import { typeMatcher } from '../../../../lambdas/events/type-index.ts';

const outcome: Outcome = {
  type: 'order.created',
  targetId: 'tgt_1',
  subscriptionId: 'sub_1',
  status: 'dead',
  statusCode: 503,
  reason: 'exhausted',
};

test.each<[ListFilters, boolean]>([
  [{}, true],
  [{ status: '' }, true],
  [{ status: 'retrying,dead' }, true],
  [{ status: 'delivered' }, false],
  [{ reason: 'rejected' }, false],
  [{ targetId: 'tgt_2' }, false],
  [{ subscriptionId: 'sub_1', eventType: 'order.*' }, true],
  [{ eventType: 'order' }, false],
  [{ statusCode: '5xx' }, true],
  [{ statusCode: '503' }, true],
  [{ statusCode: '500' }, false],
  [{ statusCode: 'none' }, false],
  [{ to: '2026-11-27T11:00:00.000Z' }, false],
])('an outcome is announced to the lists that it belongs to: %j is %s', (filters, is) => {
  expect(fits(outcome, filters)).toBe(is);
});

test('no answer is none', () => {
  const { statusCode: _, ...silent } = outcome;
  expect(fits(silent, { statusCode: 'none' })).toBe(true);
  expect(fits(silent, { statusCode: '5xx' })).toBe(false);
});

test.each([
  ['order.created', 'order.created', true],
  ['order.*', 'order.created', true],
  ['order.*', 'order.item.added', false],
  ['order.**', 'order.item.added', true],
  ['order.**', 'order', true],
  ['**.failed', 'payment.card.failed', true],
  ['**', 'anything.at.all', true],
  ['*', 'anything.at.all', true],
  ['**', 'posthorn.target.disabled', false],
  ['posthorn.**', 'posthorn.target.disabled', true],
])('the pattern %s on %s is %s', (pattern, type, is) => expect(typeFits(pattern, type)).toBe(is));

test('patterns match as the API matches them', () => {
  const segment = fc.constantFrom('a', 'b', 'posthorn');
  const types = fc.array(segment, { minLength: 1, maxLength: 4 }).map((all) => all.join('.'));
  const patterns = fc
    .array(fc.oneof(segment, fc.constantFrom('*', '**')), { minLength: 1, maxLength: 4 })
    .map((all) => all.join('.'))
    .filter((pattern) => pattern !== '*');
  fc.assert(
    fc.property(patterns, types, (pattern, type) => {
      expect(typeFits(pattern, type)).toBe(typeMatcher([pattern])(type));
    }),
    { numRuns: 300 },
  );
});
